"""Promise 9: a flood. The day's tokens hold, whoever asks at the same moment; the flooder is told when to come back,
and everybody else is answered as before."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.answering.llm_rewriter import LlmRewriter
from bot.answering.token_budget import TokenBudget
from tests.faults.rush import QUESTIONS, Came, Rush, statuses
from tests.hostile_llm import HostileLlm, hostile_llm
from tests.patience import until
from tests.served import Served, serving
from tests.service_process import ServiceProcess

FLOOD = 20_000
FLOODER = "203.0.113.50"
TALKS = 10
"""Conversations that the flooder has open and sends in at once."""
TABS = 2
"""As many in the full form, each with several connections."""
FLOOD_PAUSE, OTHERS, OTHERS_PAUSE = 0.05, 40, 0.2
ROUNDS = 4
SHIPPED = {
    "VISITOR_MESSAGES_PER_MINUTE": "20", "IP_REQUESTS_PER_MINUTE": "240", "SITE_MESSAGES_PER_MINUTE": "3000",
    "LLM_DAILY_TOKENS": "20000", "FORWARDED_ALLOW_IPS": "127.0.0.1",
}  # fmt: skip

pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True)
class Talk:
    """A conversation, and the address that it comes from."""

    path: str
    token: str
    address: str

    async def say(self, rush: Rush, number: int = 0) -> Came:
        body = {"client_id": secrets.token_hex(8), "text": QUESTIONS[number % len(QUESTIONS)]}
        return await rush.ask(f"{self.path}/messages", body, self.token, 60, self.address)


async def _talks(rush: Rush, addresses: list[str]) -> list[Talk]:
    opened = [(address, await rush.open(60, address)) for address in addresses]
    return [Talk(*found, address) for address, found in opened if found]


async def _others(rush: Rush, count: int) -> list[Talk]:
    """People of an address each."""
    return await _talks(rush, [f"198.51.100.{number}" for number in range(count)])


async def _asked_in_turn(rush: Rush, talks: Iterable[Talk], pause: float = 0) -> list[Came]:
    came = []
    for number, talk in enumerate(talks):
        came.append(await talk.say(rush, number))
        await asyncio.sleep(pause)
    return came


async def _flood(rush: Rush, talks: list[Talk], requests: int, pause: float = 0) -> list[Came]:
    """Each connection sends again that long after it heard back."""
    came = await asyncio.gather(*(_asked_in_turn(rush, [talk] * (requests // len(talks)), pause) for talk in talks))
    return list(chain.from_iterable(came))


def _p95(came: list[Came]) -> float:
    return sorted(each.seconds for each in came)[int(len(came) * 0.95)]


def _refusals_are_right(came: list[Came]) -> None:
    assert set(statuses(came)) <= {201, 429, 503}
    assert all(each.retry_after for each in came if each.status != 201)


def _budget_is_kept(server: HostileLlm, budget: int) -> bool:
    print(f"{sum(server.tokens)} tokens of {budget} spent in {len(server.tokens)} requests")
    return 0 < sum(server.tokens) <= budget + max(server.tokens)


# --- short: in this process ---


@dataclass(frozen=True)
class Scene:
    served: Served
    server: HostileLlm

    @property
    def port(self) -> int:
        return int(self.served.url.rpartition(":")[2])

    def tokens_left(self, tokens: int) -> None:
        """So many may still be spent today; what was spent so far is forgotten."""
        rewriter = self.served.app.state.service.assistant.responder.rewriter
        assert isinstance(rewriter, LlmRewriter)
        _ = rewriter.model._chat  # LangChain's import is not part of the flood
        rewriter.budget._a_day = rewriter.budget.spent + tokens
        self.server.tokens.clear()


@pytest.fixture(scope="module")
def scene(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with hostile_llm() as server:
        settings: dict[str, Any] = {"llm_model": "openai:counting", "llm_base_url": server.url}
        settings |= {"visitor_messages_per_minute": 3, "forwarded_allow_ips": "127.0.0.1"}
        with serving(small_index, tmp_path_factory.mktemp("flooded"), **settings) as served:
            yield Scene(served, server)


async def _short(port: int) -> tuple[list[Came], list[Came]]:
    rush = Rush(port)
    flooders, others = await _talks(rush, [FLOODER] * TALKS), await _others(rush, 8)
    flood, heard = await asyncio.gather(_flood(rush, flooders, 12 * TALKS), _asked_in_turn(rush, others))
    return flood, heard


def test_a_flood_costs_no_more_than_the_budget_and_others_are_answered(scene: Scene) -> None:
    scene.tokens_left(budget := 5000)
    flood, others = asyncio.run(_short(scene.port))
    print(f"{dict(statuses(flood))} of the flood, {dict(statuses(others))} of others")
    _refusals_are_right(flood)
    assert statuses(flood)[201] >= 3 * TALKS
    assert statuses(others) == {201: len(others)}, "beyond the budget the answer is the article's"
    assert _budget_is_kept(scene.server, budget)


async def _at_once(port: int) -> tuple[list[Came], list[Came]]:
    """A flood that does not wait until it hears back: a new connection for each message."""
    rush = Rush(port)
    flooders, others = await _talks(rush, [FLOODER] * TALKS), await _others(rush, 8)
    flood = [asyncio.create_task(talk.say(rush, number)) for number in range(30) for talk in flooders]
    await asyncio.sleep(0)
    heard = await _asked_in_turn(rush, others)
    return await asyncio.gather(*flood), heard


def test_a_flood_at_once_fills_no_more_than_its_share_of_the_queue(scene: Scene) -> None:
    flood, others = asyncio.run(_at_once(scene.port))
    _refusals_are_right(flood)
    assert statuses(others) == {201: len(others)}


def test_the_harness_sees_a_budget_without_its_lock(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: whoever asks at the same moment sees the same room."""

    looked = []

    def look_then_take(budget: TokenBudget, tokens: int) -> bool:
        room = budget._spent + tokens <= budget._a_day
        looked.append(room)
        until(lambda: len(looked) >= 6)
        budget._spent += tokens if room else 0
        return room

    monkeypatch.setattr(TokenBudget, "reserve", look_then_take)
    scene.tokens_left(budget := 2200)
    asyncio.run(_short(scene.port))
    assert not _budget_is_kept(scene.server, budget)


# --- full: a process of its own, with the limits as shipped ---


async def _full(port: int) -> tuple[list[Came], list[Came], list[Came]]:
    """What came back of the flood, of others meanwhile, and of others while it went elsewhere: of one machine the
    flooder's end takes a part as well. In turn, so that whatever else the machine does takes its part of both."""
    server = await asyncio.start_server(_refused_at_once, "127.0.0.1", 0)
    rush, elsewhere = Rush(port), Rush(server.sockets[0].getsockname()[1])
    flooders, others = await _talks(rush, [FLOODER] * TABS), await _others(rush, OTHERS)
    flood, meanwhile, calm = list[Came](), list[Came](), list[Came]()
    for _ in range(ROUNDS):
        for where, came, heard in ((rush, flood, meanwhile), (elsewhere, [], calm)):
            pace = _flood(where, flooders * (TALKS // TABS), FLOOD // ROUNDS, FLOOD_PAUSE)
            flooding = asyncio.create_task(pace)
            while not flooding.done():
                heard += await _asked_in_turn(rush, others, OTHERS_PAUSE)
            came += await flooding
    server.close()
    return flood, meanwhile, calm


async def _refused_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n")
    writer.close()


@pytest.mark.full
def test_twenty_thousand_requests_leave_others_served(small_index: Path, tmp_path: Path) -> None:
    with hostile_llm() as server:
        settings = SHIPPED | {"LLM_MODEL": "openai:counting", "LLM_BASE_URL": server.url}
        env = {f"ANSWERDESK_{name}": value for name, value in settings.items()}
        service = ServiceProcess(small_index, tmp_path, **env)
        service.start()
        try:
            flood, meanwhile, calm = asyncio.run(_full(service.port))
        finally:
            service.kill()
        print(
            f"{len(flood)} requests: {dict(statuses(flood))}; others {dict(statuses(meanwhile))}, p95 "
            f"{_p95(meanwhile) * 1000:.0f} ms, calm {_p95(calm) * 1000:.0f} ms"
        )
        _refusals_are_right(flood)
        assert statuses(meanwhile + calm) == {201: len(meanwhile) + len(calm)}
        assert _p95(meanwhile) < 2 * _p95(calm)
        assert _budget_is_kept(server, int(SHIPPED["LLM_DAILY_TOKENS"]))
