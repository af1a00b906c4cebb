"""Who is turned away, and when."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from prometheus_client import Counter
from starlette.routing import Match, Route

from bot.api import overload
from bot.api.overload import ALWAYS, ANSWERS, BEFORE_AN_ANSWER, BEFORE_ANYTHING, OF_ONE_NETWORK, Overload
from bot.app import ROUTERS

MESSAGES = "/v1/conversations/x/messages"


def _asked(path: str, waiting: int, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, list[MutableMapping[str, Any]]]:
    """Whether the request reached the app, and what was sent instead."""
    reached, sent = [], list[MutableMapping[str, Any]]()
    monkeypatch.setattr(overload, "_waiting", lambda: waiting)

    async def app(*_: object) -> None:
        reached.append(path)

    async def receive() -> MutableMapping[str, Any]:
        return {}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    wrapped = Overload(app, Counter("turned_away", "In a test.", registry=None))
    asyncio.run(wrapped({"type": "http", "path": path}, receive, send))
    return bool(reached), sent


@pytest.mark.parametrize(
    ("path", "waiting", "let_in"),
    [
        (MESSAGES, BEFORE_AN_ANSWER - 1, True),
        (MESSAGES, BEFORE_AN_ANSWER, False),
        ("/v1/conversations/x/handoff", BEFORE_AN_ANSWER, True),
        ("/v1/tickets/x/messages", BEFORE_AN_ANSWER, True),
        ("/v1/conversations/x/handoff", BEFORE_ANYTHING, False),
        ("/healthz", BEFORE_ANYTHING, True),
    ],
)
def test_answers_are_refused_first_and_health_never(
    path: str, waiting: int, let_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _asked(path, waiting, monkeypatch)[0] is let_in


def test_a_network_gets_no_more_than_its_share_while_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its share is what it has under way; where nobody waits, or for another network, it does not matter."""

    async def scene(waiting: int, sender: str) -> bool:
        monkeypatch.setattr(overload, "_waiting", lambda: 0)
        reached, over = [], asyncio.Event()

        async def app(scope: MutableMapping[str, Any], *_: object) -> None:
            reached.append(scope["client"][0])
            await over.wait()

        async def nothing(*_: object) -> MutableMapping[str, Any]:
            return {}

        wrapped = Overload(app, Counter("turned_away", "In a test.", registry=None))

        def ask(address: str) -> asyncio.Task[None]:
            scope = {"type": "http", "path": MESSAGES, "client": (address, 1)}
            return asyncio.create_task(wrapped(scope, nothing, nothing))

        flood = [ask("192.0.2.1") for _ in range(OF_ONE_NETWORK)]
        await asyncio.sleep(0)
        monkeypatch.setattr(overload, "_waiting", lambda: waiting)
        one = ask(sender)
        await asyncio.sleep(0)
        over.set()
        await asyncio.gather(*flood, one)
        assert not wrapped._under_way
        return len(reached) > OF_ONE_NETWORK

    assert asyncio.run(scene(0, "192.0.2.1"))
    assert not asyncio.run(scene(1, "192.0.2.1"))
    assert asyncio.run(scene(1, "192.0.2.2"))


def test_a_refusal_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (start, body) = _asked(MESSAGES, BEFORE_AN_ANSWER, monkeypatch)
    headers = dict(start["headers"])
    assert start["status"] == 503
    assert int(headers[b"retry-after"]) == overload.TRY_AGAIN_SECONDS
    assert int(headers[b"content-length"]) == len(body["body"])
    assert b'"overloaded"' in body["body"]


def test_every_path_it_knows_is_a_route() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, Route)]
    for path in (MESSAGES, "/v1/search", "/v1/suggest", "/v1/inbound/shop/messages", "/help/search", *ALWAYS):
        assert path in ALWAYS or ANSWERS.fullmatch(path)
        method = "GET" if path in ALWAYS or path.startswith("/help") else "POST"
        scope = {"type": "http", "path": path, "method": method}
        assert any(route.matches(scope)[0] is Match.FULL for route in routes), path
