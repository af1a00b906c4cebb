"""Rate limits over HTTP: 429 with Retry-After, and who is not affected."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest
import yaml

from bot.api import limits
from bot.api.limits import RateLimits
from bot.api.open_streams import STREAMS_PER_CONVERSATION
from bot.api.sliding_window import SECONDS
from tests.inbound_calls import DESK_SECRET, SECRET, chatwoot, chatwoot_reply, encoded, standard
from tests.patience import until
from tests.served import PASSWORD, SERVICE_KEY, Served, Visitor, serving, stream


class Minutes:
    """The clock of the limits: it stands while a test counts. Half a second into a new minute some of the last one's
    uses are forgotten already, and on a busy machine any test may meet that moment."""

    def __init__(self) -> None:
        self.now = 30.0

    def __call__(self) -> float:
        return self.now

    def go_by(self) -> None:
        """Nothing of what was counted is in sight any more."""
        self.now += 2 * SECONDS


@pytest.fixture(scope="module")
def minutes() -> Iterator[Minutes]:
    """The clock of every service of this file, which its tests share."""
    stands = Minutes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.RateLimits", partial(RateLimits, clock=stands))
        yield stands


@pytest.fixture(autouse=True)
def _a_minute_of_its_own(minutes: Minutes) -> None:
    minutes.go_by()


@pytest.fixture(scope="module")
def strict(minutes: Minutes, small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with small limits, behind a proxy that this machine is."""
    with serving(
        small_index,
        tmp_path_factory.mktemp("strict"),
        visitor_messages_per_minute=5,
        ip_requests_per_minute=40,
        site_messages_per_minute=8,
        forwarded_allow_ips="127.0.0.1",
        sign_ins_per_minute=12,
    ) as served:
        yield served


def test_the_sixth_message_in_a_minute_is_refused_with_a_time_to_come_back(strict: Served) -> None:
    visitor = strict.visitor(site="one")
    answers = [visitor.say("thanks", f"m{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    refused = answers[-1]
    assert refused.json()["error"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] in refused.json()["detail"]
    assert len([each for each in visitor.read()["messages"] if each["role"] == "customer"]) == 5
    assert strict.visitor(site="one").say("thanks").status_code == 201


def test_a_busy_website_does_not_close_another(strict: Served) -> None:
    busy = [strict.visitor(site="busy") for _ in range(9)]
    answers = Counter(visitor.say("thanks").status_code for visitor in busy)
    assert answers == {201: 8, 429: 1}
    assert strict.visitor(site="quiet").say("thanks").status_code == 201


def test_one_address_that_floods_is_refused_others_are_not(strict: Served) -> None:
    flooder = strict.client(**{"X-Forwarded-For": "203.0.113.50"})
    answers = Counter(flooder.post("/v1/search", json={"query": "hub"}).status_code for _ in range(60))
    assert answers == {200: 40, 429: 20}
    assert flooder.get("/healthz").status_code == 200, "an operator's probes are not counted"
    other = strict.client(**{"X-Forwarded-For": "203.0.113.51"})
    assert other.post("/v1/search", json={"query": "hub"}).status_code == 200


@pytest.fixture(scope="module")
def shared(minutes: Minutes, small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with small limits, where visitors, staff and other systems come from one address."""
    folder = tmp_path_factory.mktemp("shared")
    file = folder / "connections.yaml"
    desk = {"system": "chatwoot", "url": "http://127.0.0.1:1", "account": 1, "inbox": 1, "token": "t"}
    sources = [{"name": "shop-forms", "secrets": [SECRET]}]
    file.write_text(yaml.safe_dump({"help_desk": desk | {"webhook_secret": DESK_SECRET}, "sources": sources}))
    with serving(
        small_index, folder, connections_file=str(file), service_keys=SERVICE_KEY, ip_requests_per_minute=20
    ) as served:
        yield served


def _reported(served: Served, ticket: str = "", *, signed: bool = True) -> httpx2.Response:
    content = encoded(chatwoot_reply(ticket, secrets.randbelow(10**9)))
    headers = chatwoot(content) if signed else {}
    return served.client().post("/v1/inbound/help-desk", content=content, headers=headers)


def _sent_in(served: Served, *, signed: bool = True) -> httpx2.Response:
    content = encoded({"type": "message.received", "data": {"thread": "t", "text": "thanks"}})
    headers = standard(content, secrets.token_hex(8)) if signed else {}
    return served.client().post("/v1/inbound/shop-forms/messages", content=content, headers=headers)


def _visitors_use_it_up(served: Served) -> None:
    answers = [served.client().post("/v1/search", json={"query": "hub"}).status_code for _ in range(45)]
    assert answers[-1] == 429


def test_visitors_do_not_use_up_what_is_for_systems_and_staff_of_their_address(shared: Served) -> None:
    visitor, agent = shared.visitor(), shared.staff()
    ticket = visitor.hand_off("Where is my order?")["ticket"]["id"]
    _visitors_use_it_up(shared)
    assert _reported(shared, ticket).json() == {"taken": True}
    assert _sent_in(shared).status_code == 200
    question = {"query": "hub"}
    system = shared.client(Authorization=f"Bearer {SERVICE_KEY}")
    assert system.post("/v1/search", json=question).status_code == 200
    assert agent.client.post("/v1/search", json=question).status_code == 200
    assert agent.client.get(visitor.path).status_code == 200
    assert agent.client.get("/console").status_code == 200
    assert shared.staff().client.get("/v1/session").status_code == 200, "they sign in, too"
    assert visitor.client.get(visitor.path).status_code == 429


def test_systems_do_not_use_up_what_is_for_visitors_of_their_address(shared: Served) -> None:
    system = shared.client(Authorization=f"Bearer {SERVICE_KEY}")
    answers = Counter(_reported(shared).status_code for _ in range(45))
    answers += Counter(system.post("/v1/search", json={"query": "hub"}).status_code for _ in range(25))
    assert answers == {200: 70}


@pytest.mark.parametrize("call", [_reported, _sent_in])
def test_what_is_not_signed_is_limited_by_address(shared: Served, call: Callable[..., httpx2.Response]) -> None:
    answers = [call(shared, signed=False).status_code for _ in range(45)]
    assert set(answers) <= {401, 429}
    assert answers[-1] == 429


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer wrong"}, {"Cookie": "answerdesk=wrong"}])
def test_who_shows_what_does_not_hold_is_limited_by_address(shared: Served, headers: dict[str, str]) -> None:
    answers = [shared.client(**headers).post("/v1/search", json={"query": "hub"}).status_code for _ in range(45)]
    assert set(answers) <= {401, 429}
    assert answers[-1] == 429


def test_a_system_has_a_limit_of_its_own(small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS_OF_A_KNOWN", 3)
    with serving(small_index, tmp_path, service_keys=SERVICE_KEY) as served:
        system = served.client(Authorization=f"Bearer {SERVICE_KEY}")
        answers = [system.post("/v1/search", json={"query": "hub"}).status_code for _ in range(5)]
        assert answers[:3] == [200] * 3
        assert answers[-1] == 429
        assert served.staff().client.post("/v1/search", json={"query": "hub"}).status_code == 200


def test_a_forged_forwarded_address_is_believed_from_the_proxy_only(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path, ip_requests_per_minute=5) as served:
        answers = Counter(
            served.client(**{"X-Forwarded-For": f"203.0.113.{number}"})
            .post("/v1/search", json={"query": "hub"})
            .status_code
            for number in range(10)
        )
    assert answers == {200: 5, 429: 5}


def test_passwords_cannot_be_tried_without_end(strict: Served) -> None:
    client = strict.client(**{"X-Forwarded-For": "203.0.113.60"})
    answers = [
        client.post("/v1/session", json={"email": "victim@example.com", "password": PASSWORD + str(number)})
        for number in range(14)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 4
    elsewhere = strict.client(**{"X-Forwarded-For": "203.0.113.61"})
    refused = elsewhere.post("/v1/session", json={"email": "VICTIM@example.com", "password": PASSWORD})
    assert refused.status_code == 429


def _from(served: Served, address: str) -> Visitor:
    visitor = served.visitor()
    visitor.client.headers["X-Forwarded-For"] = address
    return visitor


def _asked(client: httpx2.Client, path: str) -> httpx2.Response:
    """The answer's head; of a stream, nothing is read."""
    with client.stream("GET", path) as answer:
        if answer.status_code != 200:
            answer.read()
        return answer


def test_one_stream_too_many_is_refused_with_a_time_to_come_back_and_loses_nothing(
    small_index: Path, tmp_path: Path
) -> None:
    most = STREAMS_PER_CONVERSATION
    with serving(small_index, tmp_path, ip_streams=most + 2, forwarded_allow_ips="127.0.0.1") as served:
        visitor, other = _from(served, "203.0.113.50"), _from(served, "203.0.113.50")
        agent = served.staff()
        agent.client.headers["X-Forwarded-For"] = "203.0.113.50"
        path = f"{visitor.path}/events"
        with ExitStack() as tabs:
            for _ in range(most):
                tabs.enter_context(stream(visitor.client, path))
            refused = _asked(visitor.client, path)
            assert (refused.status_code, refused.json()["error"]) == (429, "too_many_requests")
            assert refused.headers["content-type"] == "application/json"
            assert 1 <= int(refused.headers["Retry-After"]) <= 60
            assert refused.headers["Retry-After"] in refused.json()["detail"]
            for _ in range(2):
                tabs.enter_context(stream(other.client, f"{other.path}/events"))
            assert "network" in _asked(other.client, f"{other.path}/events").json()["detail"]
            assert visitor.say("thanks").status_code == 201, "who follows too much may still write"
            elsewhere = _from(served, "203.0.113.51")
            assert _asked(elsewhere.client, f"{elsewhere.path}/events").status_code == 200
            assert _asked(agent.client, "/v1/desk/events").status_code == 200
            assert _asked(agent.client, path).status_code == 200
        figures = served.client().get("/metrics").text
        assert 'answerdesk_streams_refused_total{holder="visitor"} 1.0' in figures
        assert 'answerdesk_streams_refused_total{holder="network"} 1.0' in figures
        assert until(lambda: not served.app.state.service.open_streams._open)
        with stream(visitor.client, f"{path}?after=0") as events:
            assert next(events).data["text"] == "thanks"
