"""Other systems send in messages and agents' replies: signed, once each, and never into a stranger's conversation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from bot.api.still_fine_watch import look
from bot.storage.tables import conversations, messages, outbox, tickets
from tests import inbound_calls
from tests.contracts.conftest import Connected
from tests.inbound_calls import (
    FROM_CUSTOMER,
    OLD_SECRET,
    OTHER,
    PRIVATE,
    REPLY,
    SIGNED,
    SOLVED,
    encoded,
)
from tests.served import Served, Visitor

HELP_DESK = "/v1/inbound/help-desk"
FORMS = "/v1/inbound/shop-forms/messages"


@pytest.fixture
def connected(beside: Connected) -> Served:
    return beside.served


@pytest.fixture
def system(beside: Connected) -> str:
    return beside.system


@pytest.fixture
def report(connected: Served, system: str) -> Callable[..., httpx2.Response]:
    def send(event: Any, **headers: str) -> httpx2.Response:
        content = encoded(event)
        return connected.client().post(HELP_DESK, content=content, headers=SIGNED[system](content) | headers)

    return send


def _waiting(served: Served) -> tuple[Visitor, str]:
    visitor = served.visitor()
    visitor.say("I want to talk to a person")
    return visitor, str(visitor.read()["ticket"]["id"])


def _from_agents(visitor: Visitor) -> list[tuple[str, str]]:
    return [(said["author"], said["text"]) for said in visitor.read()["messages"] if said["role"] == "agent"]


def test_an_agents_reply_reaches_the_customer_once(
    connected: Served, system: str, report: Callable[..., httpx2.Response]
) -> None:
    visitor, ticket = _waiting(connected)
    text = "Grüße “from” \u2028 there <b>&amp;\\ 😀"
    for _ in range(3):
        assert report(REPLY[system](ticket, 1, text)).json() == {"taken": True}
    assert _from_agents(visitor) == [("Rosa", text)]
    assert visitor.read()["state"] == "person"
    assert report(REPLY[system](ticket, 2, text)).json() == {"taken": True}
    assert len(_from_agents(visitor)) == 2


def test_internal_words_in_a_reply_from_there_are_in_the_history(
    connected: Served, system: str, report: Callable[..., httpx2.Response]
) -> None:
    visitor, ticket = _waiting(connected)
    text = "Nobody outside of legal may know that claims below 500 are usually paid."
    for _ in range(2):
        assert report(REPLY[system](ticket, 21, text)).json() == {"taken": True}
    assert _from_agents(visitor) == [("Rosa", text)]
    entries = connected.staff().client.get(f"/v1/tickets/{ticket}/history").json()["entries"]
    assert [entry["by"] for entry in entries if entry["deed"] == "released_internal"] == ["Rosa"]


def test_what_came_from_there_is_not_sent_there_again(
    connected: Served, system: str, report: Callable[..., httpx2.Response]
) -> None:
    _visitor, ticket = _waiting(connected)
    report(REPLY[system](ticket, 3))
    report(SOLVED[system](ticket))
    with connected.database.snapshot() as tx:
        topics = tx.execute(select(outbox.c.topic).where(outbox.c.subject == ticket)).scalars().all()
    assert topics == ["ticket.created"]


def test_what_the_customer_writes_to_a_person_is_sent_there(connected: Served) -> None:
    visitor, ticket = _waiting(connected)
    visitor.say("one more thing", "m2")
    visitor.say("one more thing", "m2")
    visitor.hand_off("and a note")
    with connected.database.snapshot() as tx:
        rows = tx.execute(select(outbox.c.topic, outbox.c.payload).where(outbox.c.subject == ticket)).all()
    said = [row.payload for row in rows if row.topic == "ticket.message"]
    assert [text in row for text, row in zip(("one more thing", "and a note"), said, strict=True)] == [True, True]


def test_solved_there_is_resolved_here(connected: Served, system: str, report: Callable[..., httpx2.Response]) -> None:
    visitor, ticket = _waiting(connected)
    for _ in range(2):
        assert report(SOLVED[system](ticket)).status_code == 200
    assert visitor.read()["state"] == "resolved"
    assert report(REPLY[system](ticket, 4, "one last word")).json() == {"taken": True}
    assert ("Rosa", "one last word") in _from_agents(visitor)
    assert visitor.read()["state"] == "resolved"


def test_notes_customers_and_others_are_left_aside(
    connected: Served, system: str, report: Callable[..., httpx2.Response]
) -> None:
    visitor, ticket = _waiting(connected)
    for event in (
        REPLY[system](ticket, 5, **PRIVATE[system]),
        REPLY[system](ticket, 6, **FROM_CUSTOMER[system]),
        REPLY[system]("no-such-ticket", 7),
        REPLY[system]("", 8),
        REPLY[system](ticket, 9, ""),
        SOLVED[system](ticket, "open"),
        OTHER[system](ticket),
    ):
        assert report(event).json() == {"taken": False}
    assert _from_agents(visitor) == []
    assert visitor.read()["state"] == "waiting"


def test_what_we_posted_ourselves_does_not_come_back(shop: Served) -> None:
    visitor, ticket = _waiting(shop)
    event = inbound_calls.chatwoot_reply(ticket, 10, content_attributes={"answerdesk_key": "ticket.created:x:1"})
    content = encoded(event)
    answer = shop.client().post(HELP_DESK, content=content, headers=inbound_calls.chatwoot(content))
    assert answer.json() == {"taken": False}
    assert _from_agents(visitor) == []


def test_nobody_reports_without_the_signature(
    connected: Served, system: str, report: Callable[..., httpx2.Response]
) -> None:
    visitor, ticket = _waiting(connected)
    event = REPLY[system](ticket, 11)
    content = encoded(event)
    old = datetime.now(UTC) - timedelta(minutes=6)
    other = {"chatwoot": "zendesk", "zendesk": "chatwoot"}[system]
    for headers in (
        {},
        SIGNED[system](content, old),
        SIGNED[system](content, secret="a guess"),
        SIGNED[system](content + b" "),
        SIGNED[other](content),
    ):
        assert connected.client().post(HELP_DESK, content=content, headers=headers).status_code == 401
    assert _from_agents(visitor) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"event": 7}', b"null", b'{"event":"\\ud800"}'])
def test_signed_nonsense_is_refused_or_left_aside(connected: Served, system: str, content: bytes) -> None:
    answer = connected.client().post(HELP_DESK, content=content, headers=SIGNED[system](content))
    assert answer.status_code in (200, 400)


# --- messages from other programs ---


def _message(thread: str, text: str = "How do I reset Hub 2?", **data: Any) -> Any:
    return {"type": "message.received", "timestamp": "x", "data": {"thread": thread, "text": text, **data}}


def _send(served: Served, event: Any, name: str | None = None, path: str = FORMS, **signed: Any) -> httpx2.Response:
    content = encoded(event)
    headers = inbound_calls.standard(content, name or secrets.token_hex(8), **signed)
    return served.client().post(path, content=content, headers=headers)


def test_a_message_is_answered_and_its_thread_goes_on(shop: Served) -> None:
    first = _send(shop, _message("t-1")).json()
    assert first["created"] is True
    assert first["reply"]["text"]
    assert first["state"] == "open"
    second = _send(shop, _message("t-1", "I want to talk to a person")).json()
    assert second["conversation_id"] == first["conversation_id"]
    assert second["ticket"]["id"]
    assert second["state"] == "waiting"


def test_the_same_id_again_is_the_same_message(shop: Served) -> None:
    answers = [_send(shop, _message("t-2"), "same").json() for _ in range(3)]
    assert [answer["created"] for answer in answers] == [True, False, False]
    assert len({answer["conversation_id"] for answer in answers}) == 1
    assert len({answer["reply"]["id"] for answer in answers}) == 1
    assert _send(shop, _message("t-2", "other words"), "same").status_code == 409


def test_a_form_may_be_for_a_person_at_once(shop: Served) -> None:
    answer = _send(shop, _message("t-3", "Something nobody has written about: zxqv", person=True)).json()
    assert answer["state"] == "waiting"
    assert answer["ticket"]["told"]


def test_a_wish_for_a_person_after_the_question_whether_it_is_fine_opens_the_same_ticket(shop: Served) -> None:
    first = _send(shop, _message("t-fine", "My camera is dark", person=True)).json()
    agent = shop.staff()
    assert agent.client.post(f"/v1/tickets/{first['ticket']['id']}/resolve", json={}).status_code == 200
    with shop.database.transaction() as tx:
        long_ago = update(tickets).where(tickets.c.id == first["ticket"]["id"])
        tx.execute(long_ago.values(closed_at="2026-11-20T15:00:00.000Z"))
        said = update(messages).where(messages.c.conversation_id == first["conversation_id"])
        tx.execute(said.values(created_at="2026-11-20T14:00:00.000Z"))
    assert look(shop.app.state.service, "2026-11-25T15:00:00.000Z") >= 1
    again = _send(shop, _message("t-fine", "It is dark again", person=True)).json()
    assert (again["state"], again["ticket"]["id"]) == ("waiting", first["ticket"]["id"])


def test_a_source_vouches_for_its_customer_and_sticks_to_it(shop: Served) -> None:
    ana = {"external_id": "c-1", "name": "Ana", "plan": "plus", "region": "UK", "tier": "gold"}
    opened = _send(shop, _message("t-4", customer=ana)).json()
    with shop.database.snapshot() as tx:
        row = tx.execute(select(conversations).where(conversations.c.id == opened["conversation_id"])).mappings().one()
    assert (row["plan"], row["region"], row["site"]) == ("plus", "UK", "shop-forms")
    assert row["customer_id"]
    assert _send(shop, _message("t-4", customer={"external_id": "c-2"})).status_code == 409
    assert _send(shop, _message("t-4", customer={"external_id": "c\x00-1"})).status_code == 400


def test_two_sources_have_threads_of_their_own(shop: Served) -> None:
    here = _send(shop, _message("t-5")).json()
    there = _send(shop, _message("t-5"), path="/v1/inbound/app/messages", secret=OLD_SECRET).json()
    assert here["conversation_id"] != there["conversation_id"]


def test_nobody_sends_without_the_sources_own_signature(shop: Served) -> None:
    content = encoded(_message("t-6"))
    good = inbound_calls.standard(content, "m")
    old = inbound_calls.standard(content, "m", datetime.now(UTC) - timedelta(minutes=6))
    assert _send(shop, _message("t-6"), secret=OLD_SECRET).status_code == 200, "rotation: both secrets hold"
    for path, headers in (
        (FORMS, {}),
        (FORMS, old),
        (FORMS, good | {"webhook-id": "n"}),
        (FORMS, inbound_calls.standard(content, "m", secret="whsec_" + "eHh4" * 10)),
        ("/v1/inbound/app/messages", good),
        ("/v1/inbound/nobody/messages", good),
    ):
        assert shop.client().post(path, content=content, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "message.received"},
        {"type": "other", "data": {"thread": "t", "text": "x"}},
        _message(""),
        _message("t" * 201),
        _message("t", ""),
        _message("t", "\u200b"),
        _message("t", customer={"external_id": ""}),
        _message("t", customer={"external_id": " c"}),
        _message("t", customer={"name": "nobody"}),
        _message("t", person="perhaps"),
        _message("t", language="german please"),
        _message("t", customer={"external_id": "c", "name": "x" * 201}),
    ],
)
def test_a_signed_message_of_another_shape_is_refused(shop: Served, event: Any) -> None:
    assert _send(shop, event).status_code == 400


def test_what_nobody_would_read_is_refused_by_name(shop: Served) -> None:
    event = _message("t-8", subject="Hello", customer={"external_id": "c-8", "phone": "1"}) | {"page": "/contact"}
    refused = _send(shop, event)
    assert refused.status_code == 400
    told = refused.json()["detail"]
    assert told.startswith("Not known here: ")
    assert all(name in told for name in ("data.subject", "data.customer.phone", "page", '"external_id"'))
    assert "Hello" not in told


def test_a_message_may_not_be_too_long(shop: Served) -> None:
    assert _send(shop, _message("t-7", "x" * 5000)).status_code == 413
