"""One timeline per customer over every website and channel, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, update

from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import timeline
from bot.handoff.hand_off import hand_off
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage.care_tables import surveys
from bot.storage.engine import Database
from bot.storage.tables import tickets as ticket_rows
from tests.conftest import PACKET


def _talk(tx: Connection, customer: str | None, site: str, *lines: str) -> str:
    opened = conversations.open_conversation(tx, site=site, language="en", customer_id=customer).conversation
    for line in lines:
        messages.append(tx, opened.id, Speaker.CUSTOMER, line)
    return opened.id


def test_a_customers_contacts_are_together_newest_first(database: Database) -> None:
    with database.transaction() as tx:
        ana = records.upsert(tx, Identity("c-1", "Ana"))
        bob = records.upsert(tx, Identity("c-2", "Bob")).id
        chat = _talk(tx, ana.id, "shop", "one", "two")
        mail = _talk(tx, ana.id, "shop-forms", "three")
        old = hand_off(tx, mail, PACKET)
        tx.execute(
            update(ticket_rows)
            .where(ticket_rows.c.id == old.id)
            .values(status=TicketStatus.RESOLVED, closed_at="2026-01-02T00:00:00.000Z", created_at="2026-01-01")
        )
        rated = {"episode": old.id, "conversation_id": mail, "ticket_id": old.id, "csat": 4, "missing": ""}
        rated |= dict.fromkeys(("person", "language", "questions", "asked_at", "answered_at"), "2026-01-03")
        tx.execute(insert(surveys).values(rated))
        new = hand_off(tx, mail, PACKET)
        hand_off(tx, _talk(tx, bob, "shop", "bob's secret"), PACKET)
        _talk(tx, None, "shop", "nobody's")
        seen = timeline.of_customer(tx, ana)
        assert timeline.of_conversation(tx, chat) == seen
    assert [(one.conversation_id, one.ticket_id) for one in seen] == [(mail, new.id), (chat, None), (mail, old.id)]
    assert [(one.site, one.messages) for one in seen] == [("shop-forms", 3), ("shop", 2), ("shop-forms", 3)]
    assert [one.score for one in seen] == [None, None, 4]
    assert seen[0].status is TicketStatus.WAITING
    assert (seen[2].status, seen[2].goal) == (TicketStatus.RESOLVED, PACKET.goal)
    assert seen[1].state is State.OPEN


def test_who_is_not_verified_has_no_timeline(
    database: Database, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        assert timeline.of_conversation(tx, waiting_ticket(tx).conversation_id) == ()
        assert timeline.of_conversation(tx, "nothing") == ()
