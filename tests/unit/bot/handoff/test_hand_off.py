"""A handoff is one transaction: ticket, outbox row, message, state and event, or nothing of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select

from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.errors import NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import HandoffPacket
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.shown_turns import shown_turns
from bot.handoff.ticket import TicketStatus
from bot.storage.engine import Database
from bot.storage.tables import outbox, tickets

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def _conversation(tx: Connection) -> str:
    opened = conversations.open_conversation(tx, site="shop", language="en", region="uk")
    messages.append(tx, opened.conversation.id, Speaker.CUSTOMER, "My Hub 2 shows E-101", client_id="one")
    return opened.conversation.id


def _packet(
    tx: Connection,
    conversation_id: str,
    policies: HandoffPolicies,
    reason: Reason,
    category: str | None = None,
) -> HandoffPacket:
    said = messages.transcript(tx, conversation_id)
    given = Circumstances(
        reason, category, messages.utterances(said), shown_turns(tx, said), language="en"
    )
    return build(given, policies, NOW)


def test_everything_is_stored_in_one_transaction(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
        packet = _packet(tx, conversation_id, policies, Reason.FACT_MISSING)
        ticket = hand_off(tx, conversation_id, packet)
    with database.snapshot() as tx:
        assert conversations.load(tx, conversation_id).state is State.WAITING
        last = messages.transcript(tx, conversation_id)[-1]
        assert (last.role, last.text) == (Speaker.SYSTEM, packet.target.told_customer)
        row = tx.execute(select(outbox)).mappings().one()
        kinds = [event.kind for event in log.since(tx, 0, audience=Audience.ALL)]
    assert ticket.packet == packet
    assert ticket.status is TicketStatus.WAITING
    assert row["key"] == f"ticket.created:{ticket.id}"
    sent = json.loads(row["payload"])
    assert [said["text"] for said in sent["packet"]["transcript"]] == ["My Hub 2 shows E-101"]
    assert kinds == [EventKind.MESSAGE, EventKind.STATE, EventKind.MESSAGE, EventKind.TICKET]


def _hand_off_without_power(database: Database, conversation_id: str, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.FIRST_CLICK))
        raise RuntimeError("the power went")


def test_nothing_is_stored_when_the_transaction_fails(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
    with pytest.raises(RuntimeError, match="power"):
        _hand_off_without_power(database, conversation_id, policies)
    with database.snapshot() as tx:
        assert conversations.load(tx, conversation_id).state is State.OPEN
        assert len(messages.transcript(tx, conversation_id)) == 1
        assert tx.execute(select(func.count()).select_from(tickets)).scalar() == 0
        assert tx.execute(select(func.count()).select_from(outbox)).scalar() == 0


def test_an_open_ticket_is_refreshed_never_doubled(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
        first = hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.FACT_MISSING))
        messages.append(tx, conversation_id, Speaker.CUSTOMER, "hello? order FW-123456", client_id="two")
        again = hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.ASKED_FOR_PERSON))
        said = messages.transcript(tx, conversation_id)
        keys = tx.execute(select(outbox.c.key)).scalars().all()
    assert (again.id, again.version) == (first.id, 2)
    assert any(fact.value == "FW-123456" for fact in again.packet.facts)
    assert again.first_response_due == first.first_response_due
    assert [message.role for message in said].count(Speaker.SYSTEM) == 1
    assert keys == [f"ticket.created:{first.id}"]


def test_a_promise_is_never_put_off_but_may_come_sooner(
    database: Database, policies: HandoffPolicies
) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
        packet = _packet(tx, conversation_id, policies, Reason.FACT_MISSING)
        first = hand_off(tx, conversation_id, packet)
        later = replace(packet.target, first_response_due="2027-01-01T00:00:00.000Z", team="later")
        assert hand_off(tx, conversation_id, replace(packet, target=later)).packet.target == packet.target
        urgent = _packet(tx, conversation_id, policies, Reason.SENSITIVE, "self_harm")
        sooner = hand_off(tx, conversation_id, urgent)
        said = messages.transcript(tx, conversation_id)
    assert sooner.first_response_due < first.first_response_due
    assert (sooner.category, sooner.priority, sooner.team) == ("self_harm", "urgent", "safety")
    assert said[-1].text == urgent.target.told_customer


def test_a_ticket_with_a_person_stays_with_the_person(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
        ticket = hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.FACT_MISSING))
        tx.execute(tickets.update().values(status=TicketStatus.CLAIMED))
        conversations.set_state(tx, conversations.load(tx, conversation_id), State.PERSON)
        again = hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.ANGER))
        assert (again.id, again.status) == (ticket.id, TicketStatus.CLAIMED)
        assert conversations.load(tx, conversation_id).state is State.PERSON


def test_a_resolved_conversation_gets_a_new_ticket(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        conversation_id = _conversation(tx)
        first = hand_off(tx, conversation_id, _packet(tx, conversation_id, policies, Reason.FACT_MISSING))
        tx.execute(
            tickets.update().values(status=TicketStatus.RESOLVED, closed_at="2026-11-23T11:00:00.000Z")
        )
        conversations.set_state(tx, conversations.load(tx, conversation_id), State.RESOLVED)
        second = hand_off(
            tx, conversation_id, _packet(tx, conversation_id, policies, Reason.ASKED_FOR_PERSON)
        )
        assert second.id != first.id
        assert conversations.load(tx, conversation_id).state is State.WAITING


def test_the_first_click_arrives_with_nothing_said(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="shop", language="de", region="eu")
        given = Circumstances(Reason.FIRST_CLICK, language=opened.conversation.language)
        ticket = hand_off(tx, opened.conversation.id, build(given, policies, NOW))
    assert ticket.goal == policies.notes.goal_unsaid
    assert "Ich gebe Sie an einen Menschen" in ticket.packet.target.told_customer


def test_a_conversation_that_does_not_exist_is_not_found(
    database: Database, policies: HandoffPolicies
) -> None:
    packet = build(Circumstances(Reason.FIRST_CLICK), policies, NOW)
    with pytest.raises(NotFound), database.transaction() as tx:
        hand_off(tx, "nobody", packet)
