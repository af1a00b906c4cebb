"""A service killed between a customer's message and its outcome, the customer gone: it is taken up again, once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot import turn, unanswered
from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.desk import tickets
from bot.storage import clock
from bot.turn import Assistant
from bot.unanswered import Unanswered
from tests.loopback import NO_TLS
from tests.patience import until
from tests.served import Served, Visitor, serving
from tests.service_process import ROOT, ServiceProcess

DANGER = "there is smoke coming out of the plug and the wall is hot"
QUESTION = "How do I factory reset Hub 2?"
LATER = 3600.0
"""Seconds after which nobody can be at work on a message."""


def _visitor(url: str) -> Visitor:
    client = httpx2.Client(base_url=url, verify=NO_TLS, trust_env=False, timeout=30)
    opened = client.post("/v1/conversations", json={}).json()
    client.headers["Authorization"] = f"Bearer {opened['token']}"
    return Visitor(client, opened["id"], opened["token"], opened)


def _say_and_go(visitor: Visitor, text: str) -> None:
    """The message is stored; whoever sent it is not there any more when the service comes back."""

    def send() -> None:
        with suppress(httpx2.TransportError):
            visitor.say(text)

    threading.Thread(target=send, daemon=True).start()
    assert until(lambda: text in [said["text"] for said in visitor.read()["messages"]])


def _now(served: Served, visitor: Visitor) -> dict[str, Any]:
    return served.client(Authorization=f"Bearer {visitor.token}").get(visitor.path).json()


def _priorities(served: Served, visitor: Visitor) -> list[str]:
    with served.database.snapshot() as tx:
        found = tickets.latest(tx, visitor.id)
    return [found.priority] if found else []


def test_what_a_killed_service_left_is_taken_up_after_its_restart(
    small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = ServiceProcess(small_index, tmp_path, program=(str(ROOT / "tests" / "faults" / "hanging_service.py"),))
    hanging.start()
    endangered, asking, waiting = (_visitor(hanging.url) for _ in range(3))
    waiting.hand_off()
    for visitor, text in ((endangered, DANGER), (asking, QUESTION), (waiting, DANGER)):
        _say_and_go(visitor, text)
    hanging.kill()
    monkeypatch.setattr(unanswered, "PATIENCE_SECONDS", 0.5)
    with serving(small_index, tmp_path) as served:
        assert until(lambda: _priorities(served, endangered) == ["urgent"])
        assert until(lambda: _now(served, asking)["messages"][-1]["role"] == "bot")
        assert until(lambda: _priorities(served, waiting) == ["urgent"])
        assert _now(served, asking)["state"] == "open"
        assert until(lambda: "answerdesk_messages_taken_up_total 3.0" in served.client().get("/metrics").text)
        for visitor in (endangered, asking, waiting):
            assert [said["role"] for said in _now(served, visitor)["messages"]].count("customer") == 1


@pytest.fixture(scope="module")
def assistant(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with serving(small_index, tmp_path_factory.mktemp("unanswered")) as served:
        yield served.app.state.service.assistant


def _left(assistant: Assistant, text: str, *, waits: bool = False) -> Unanswered:
    """A message whose turn never began; `waits`: for a person, whom its customer had asked for."""
    unanswered.claim(assistant, clock.now())
    with assistant.database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="shop", language="en").conversation
    if waits:
        turn.ask_for_person(assistant, conversations.viewer_of(opened), opened.id)
    with assistant.database.transaction() as tx:
        messages.append(tx, opened.id, Speaker.CUSTOMER, text, client_id=secrets.token_hex(4))
    return _claimed(assistant)


def _claimed(assistant: Assistant) -> Unanswered:
    found = unanswered.claim(assistant, clock.after(clock.now(), LATER))
    assert found is not None
    return found


@pytest.mark.parametrize("text", [DANGER, QUESTION])
def test_two_replicas_that_take_up_the_same_message_come_to_one_outcome(assistant: Assistant, text: str) -> None:
    found = _left(assistant, text)
    at_once = [threading.Thread(target=unanswered.take_up, args=(assistant, found)) for _ in range(2)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    with assistant.database.snapshot() as tx:
        said = messages.transcript(tx, found.message.conversation_id)
    assert len(said) == 2
    assert messages.reply_key(found.message) == said[1].client_id
    assert unanswered.claim(assistant, clock.after(clock.now(), LATER)) is None


@pytest.mark.parametrize("waits", [False, True])
def test_a_text_that_ended_the_process_is_given_to_a_person_unread(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    first = _left(assistant, DANGER, waits=waits)
    again = _claimed(assistant)
    assert (first.tried, again.tried) == (False, True)
    monkeypatch.setattr(unanswered, "take_turn", None)  # whoever calls it fails
    left: list[Unanswered | None] = []
    tell_desk = unanswered.tell_desk

    def told(*about: Any) -> None:
        left.append(unanswered.claim(assistant, clock.after(clock.now(), LATER)))
        tell_desk(*about)

    monkeypatch.setattr(unanswered, "tell_desk", told)
    unanswered.take_up(assistant, again)
    assert left == [None]  # reading it for the desk may end the process as well
    with assistant.database.snapshot() as tx:
        ticket = tickets.latest(tx, again.message.conversation_id)
    assert ticket is not None
    assert ticket.priority == "urgent"


@pytest.mark.parametrize("text", ["thanks", "And when does the plug come back?"])
def test_who_has_a_person_and_was_heard_is_not_taken_up(assistant: Assistant, text: str) -> None:
    with assistant.database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="shop", language="en").conversation
    viewer = conversations.viewer_of(opened)
    turn.ask_for_person(assistant, viewer, opened.id, "My plug is broken")
    turn.take_turn(assistant, viewer, opened.id, "m1", text)
    assert unanswered.claim(assistant, clock.after(clock.now(), LATER)) is None
