"""Live streams: from the stored log, with ids; no event missed, doubled or shown to the wrong person."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from bot.api import streams
from bot.desk import accounts
from bot.events.hub import WhisperKind
from bot.handoff.ticket import TicketChange, TicketStatus
from tests.patience import until
from tests.served import Event, Served, Staff, Visitor, serving, stream

SEED = 20261122
EVENTS = 16


def _next(events: Iterator[Event], amount: int) -> list[Event]:
    return list(itertools.islice(events, amount))


def test_what_happens_arrives_while_it_happens(service: Served) -> None:
    visitor = service.visitor()
    with stream(visitor.client, f"{visitor.path}/events") as events:
        posted = visitor.say("How do I reset Hub 2?").json()
        first, second = (event for event in _stored(events, 2))
    assert (first.kind, second.kind) == ("message", "message")
    assert {**first.data, "conversation_id": visitor.id} == {**posted["message"], "conversation_id": visitor.id}
    assert second.data["blocks"] == posted["reply"]["blocks"]
    assert first.id is not None
    assert second.id is not None
    assert first.id < second.id


def _stored(events: Iterator[Event], amount: int) -> list[Event]:
    """Whispers (typing, delta) come and go; these are the events that were recorded."""
    return _next((event for event in events if event.id is not None), amount)


def test_a_person_replies_and_the_customer_sees_it_without_asking(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off()["ticket"]["id"]
    after = visitor.read()["last_event_id"]
    with stream(visitor.client, f"{visitor.path}/events?after={after}") as events:
        began = time.monotonic()
        agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "Hello, I am Sam."}).raise_for_status()
        reply = next(event for event in events if event.data.get("role") == "agent")
        assert time.monotonic() - began < 5
    assert reply.data["text"] == "Hello, I am Sam."
    assert reply.data["automated"] is False


def test_last_event_id_resumes_after_it_and_wins_over_after(service: Served) -> None:
    visitor = service.visitor()
    for number in range(3):
        visitor.say("thanks", f"m{number}")
    with stream(visitor.client, f"{visitor.path}/events") as events:
        every = [event.id for event in _stored(events, 6)]
    with stream(visitor.client, f"{visitor.path}/events?after=0", **{"Last-Event-ID": str(every[3])}) as events:
        assert [event.id for event in _stored(events, 2)] == every[4:]
    with stream(visitor.client, f"{visitor.path}/events?after={every[4]}") as events:
        assert [event.id for event in _stored(events, 1)] == every[5:]
    with stream(visitor.client, f"{visitor.path}/events", **{"Last-Event-ID": ""}) as events:
        assert [event.id for event in _stored(events, 6)] == every


@pytest.mark.parametrize("start", ["-1", "abc", "1.5", "9" * 30, "9" * 5000, "٣"])
def test_a_bad_place_to_resume_is_refused(service: Served, start: str) -> None:
    visitor = service.visitor()
    refused = visitor.client.get(f"{visitor.path}/events", headers={"Last-Event-ID": start.encode("utf-8")})
    assert refused.status_code == 400
    assert refused.json()["error"] == "bad_request"


def test_cut_again_and_again_nothing_is_missed_or_doubled(service: Served) -> None:
    rng = random.Random(SEED)
    visitors = [service.visitor() for _ in range(6)]
    writers = [threading.Thread(target=_write, args=(visitor, EVENTS // 2)) for visitor in visitors]
    followers = [_Follower(visitor, rng.randrange(10**6)) for visitor in visitors]
    for thread in [*writers, *followers]:
        thread.start()
    for thread in [*writers, *followers]:
        thread.join(60)
    for visitor, follower in zip(visitors, followers, strict=True):
        with stream(visitor.client, f"{visitor.path}/events?after=0") as events:
            every = [event.id for event in _stored(events, EVENTS)]
        assert follower.seen == every, f"seed {SEED}"
        assert every[-1] == visitor.read()["last_event_id"]
    assert sum(follower.cuts for follower in followers) > 20


def _write(visitor: Visitor, amount: int) -> None:
    for number in range(amount):
        visitor.say("thanks" if number % 2 else "How do I reset Hub 2?", f"m{number}").raise_for_status()


class _Follower(threading.Thread):
    """Reads a few events, cuts the connection, resumes from the last id it saw."""

    def __init__(self, visitor: Visitor, seed: int) -> None:
        super().__init__()
        self.visitor, self.rng, self.seen, self.cuts = visitor, random.Random(seed), list[int](), 0

    def run(self) -> None:
        while len(self.seen) < EVENTS:
            after = {"Last-Event-ID": str(self.seen[-1])} if self.seen else {}
            amount = min(self.rng.randint(1, 3), EVENTS - len(self.seen))
            with stream(self.visitor.client, f"{self.visitor.path}/events", **after) as events:
                self.seen += [event.id for event in _stored(events, amount) if event.id]
            self.cuts += 1


def test_a_visitor_never_sees_what_is_for_the_desk(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    reply = visitor.say("How do I set up Hub 2?").json()["reply"]
    visitor.client.post(
        f"{visitor.path}/feedback", json={"kind": "thumbs", "score": -1, "message_id": reply["id"]}
    ).raise_for_status()
    ticket = visitor.hand_off()["ticket"]["id"]
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={"note": "for the desk only"}).raise_for_status()
    seen = {name: _all(service, client, visitor) for name, client in _both(visitor, agent)}
    assert "for the desk only" not in str(seen["visitor"])
    assert not [event for event in seen["visitor"] if event.kind in ("feedback", "suggestion")]
    assert "for the desk only" in str(seen["desk"])
    assert [event for event in seen["desk"] if event.kind == "feedback"]


def _both(visitor: Visitor, agent: Staff) -> list[tuple[str, httpx2.Client]]:
    return [("visitor", visitor.client), ("desk", agent.client)]


def _all(service: Served, client: httpx2.Client, visitor: Visitor) -> list[Event]:
    """Everything stored: a whisper sent after the first event comes after all of them."""
    found: list[Event] = []
    hub = service.app.state.service.assistant.hub
    with stream(client, f"{visitor.path}/events?after=0") as events:
        for event in events:
            if not found:
                hub.whisper(visitor.id, WhisperKind.TYPING, TicketChange("end", TicketStatus.WAITING, "", 1))
            if event.id is None and event.data.get("id") == "end":
                return found
            found.append(event)
    raise AssertionError("the stream ended early")


def test_the_desk_hears_every_conversation_from_now_on(service: Served, agent: Staff) -> None:
    service.visitor().say("before")
    with stream(agent.client, "/v1/desk/events") as events:
        one, two = service.visitor(), service.visitor()
        one.say("thanks")
        two.say("thanks")
        heard = _stored(events, 4)
    assert [event.data["conversation_id"] for event in heard] == [one.id, one.id, two.id, two.id]


def test_whispers_reach_who_listens_and_have_no_id(service: Served) -> None:
    visitor, other = service.visitor(), service.visitor()
    hub = service.app.state.service.assistant.hub
    shown = TicketChange("t", TicketStatus.WAITING, "soon", 1)
    with stream(visitor.client, f"{visitor.path}/events") as events:
        visitor.say("thanks")
        _stored(events, 2)
        hub.whisper(other.id, WhisperKind.DELTA, shown)
        hub.whisper(visitor.id, WhisperKind.TYPING, shown)
        whispered = next(event for event in events if event.data.get("told") == "soon")
    assert (whispered.id, whispered.kind) == (None, "typing")
    with stream(visitor.client, f"{visitor.path}/events?after=0") as events:
        assert "typing" not in {event.kind for event in _stored(events, 2)}


def test_an_idle_stream_is_kept_alive(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    visitor = service.visitor()
    with visitor.client.stream("GET", f"{visitor.path}/events") as response:
        lines = itertools.islice((line for line in response.iter_lines() if line.startswith(":")), 3)
        assert list(lines) == [": connected", ": still here", ": still here"]


def test_a_stream_ends_when_its_person_is_disabled(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHECK_SECONDS", 0.0)
    agent = service.staff()
    with agent.client.stream("GET", "/v1/desk/events") as response:
        lines = response.iter_lines()
        assert next(lines) == ": connected"
        with service.database.transaction() as tx:
            accounts.disable(tx, agent.email)
        service.visitor().say("thanks")
        leftover = [line for line in lines if line.startswith("event:")]
    assert len(leftover) <= 2


def test_streams_are_counted_and_given_up_when_the_client_goes(service: Served) -> None:
    visitors = [service.visitor() for _ in range(5)]
    contexts = [stream(visitor.client, f"{visitor.path}/events") for visitor in visitors]
    assert until(lambda: _open_streams(service) == 0), "those of the tests before, whose clients have gone"
    for context in contexts:
        context.__enter__()
    assert until(lambda: _open_streams(service) == 5)
    for context in contexts:
        context.__exit__(None, None, None)
    assert until(lambda: _open_streams(service) == 0)


def _open_streams(service: Served) -> float:
    text = service.client().get("/metrics").text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith("answerdesk_streams{"))


def test_many_streams_cost_no_thread_each(service: Served) -> None:
    visitors = [service.visitor() for _ in range(60)]
    contexts = [stream(visitor.client, f"{visitor.path}/events") for visitor in visitors]
    before = threading.active_count()
    for context in contexts:
        context.__enter__()
    try:
        assert threading.active_count() < before + 20
        assert service.client().get("/healthz").status_code == 200
    finally:
        for context in contexts:
            context.__exit__(None, None, None)


def test_streams_end_at_once_when_the_service_stops(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path) as served:
        visitor = served.visitor()
        response = visitor.client.send(visitor.client.build_request("GET", f"{visitor.path}/events"), stream=True)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert b"connected" in response.read()
