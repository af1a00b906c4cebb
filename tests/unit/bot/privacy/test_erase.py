"""What was at work on somebody while they were erased brings nothing back, and no figure gets better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select

from bot.access import Role
from bot.assist.record import SuggestionState
from bot.complaints import ledger as complaints
from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.desk import accounts, history, tickets
from bot.errors import Conflict, NotFound
from bot.handoff.complaint_policy import Stage
from bot.handoff.ticket import Ticket
from bot.privacy.erase import erase
from bot.privacy.person import Scope
from bot.privacy.rest import GOAL
from bot.promises import due
from bot.promises.due import Standing
from bot.storage import clock
from bot.storage.care_tables import complaints as complaint_rows
from bot.storage.care_tables import concessions, promises
from bot.storage.engine import Database
from bot.storage.tables import suggestions

Waiting = Callable[[Connection], Ticket]
LATER = "2199-01-01T00:00:00.000Z"


def erased(database: Database, ticket: Ticket) -> None:
    with database.transaction() as tx:
        erase(tx, Scope(conversations=(ticket.conversation_id,)), "conversation")


def test_who_holds_the_ticket_as_it_was_cannot_write_it_back(database: Database, waiting_ticket: Waiting) -> None:
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        held = tickets.claim(tx, waiting_ticket(tx).id, ana)
        held = tickets.resolve(tx, held.id, ana, "Happy with order FW-123456")
    erased(database, held)
    with database.transaction() as tx, pytest.raises(Conflict, match="changed in the meantime"):
        tickets.store(tx, held)
    with database.transaction() as tx, pytest.raises(NotFound):
        messages.append(tx, held.conversation_id, Speaker.BOT, "Your order FW-123456 is on its way.")
    with database.snapshot() as tx:
        left = tickets.load(tx, held.id)
        trail = [(entry.deed, entry.by, entry.detail) for entry in history.of_ticket(tx, left)]
    assert (left.goal, left.packet.goal, left.packet.facts, left.packet.transcript) == (GOAL, GOAL, (), ())
    assert left.packet.target == replace(held.packet.target, told_customer="")
    assert [deed for deed, _, _ in trail][-2:] == ["claimed", "resolved"]
    assert {detail for _, _, detail in trail} == {""}


def test_what_was_open_is_given_up_and_not_done(database: Database, waiting_ticket: Waiting) -> None:
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery").id
        ticket = waiting_ticket(tx)
        said = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Hello?").message.id
        common = {"ticket_id": ticket.id, "conversation_id": ticket.conversation_id}
        row = common | {"message_id": said, "kind": "callback", "sentence": "I call you.", "reason": ""}
        people = {"owner": ana, "made_by": ana, "made_at": clock.now(), "warn_at": LATER, "due_at": LATER}
        for status in ("open", "broken"):
            tx.execute(insert(promises).values(row | people | {"id": status, "status": status}))
        stage = {"stage": Stage.INVESTIGATING, "stage_since": "", "due_at": "2020", "opened_at": "", "version": 1}
        tx.execute(insert(complaint_rows).values(common | stage))
        asked = {"client_id": "a", "kind": "goodwill", "amount": 1, "currency": "EUR", "reason": "late", "note": "x"}
        asked |= {"asked_by": ana, "asked_at": "", "answer": ""}
        for status in ("waiting", "granted"):
            own = {"id": status, "status": status, "client_id": status}
            tx.execute(insert(concessions).values(common | asked | own))
        offer = common | {"message_id": said, "rank": 1, "text": "x", "article_id": "a", "title": "t", "quote": "x"}
        offer |= {"start": 0, "end": 1, "version": "v", "visibility": "public", "confidence": 0.5, "created_at": ""}
        tx.execute(insert(suggestions).values(offer | {"id": "s", "state": SuggestionState.OFFERED}))
    erased(database, ticket)
    with database.snapshot() as tx:
        assert tickets.load(tx, ticket.id).status == "returned"
        standing = due.counts(tx, clock.now())
        assert (standing[Standing.KEPT], standing[Standing.BROKEN]) == (0, 1)
        assert {row.status for row in tx.execute(select(promises)) if row.done_at is None} == set()
        assert complaints.count_overdue(tx, clock.now()) == 0
        assert tx.execute(select(concessions.c.status, concessions.c.note)).all() == [("granted", "")]
        assert tx.execute(select(suggestions.c.state)).scalars().all() == [SuggestionState.STALE]
