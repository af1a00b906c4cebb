"""Owns what another system must learn, written in the same transaction. Refuses to deliver it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from bot.storage import clock
from bot.storage.once import insert_once
from bot.storage.record import encode
from bot.storage.tables import outbox

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Topic(StrEnum):
    """What a receiver can subscribe to, and the mails that wait to be sent."""

    TICKET_CREATED = "ticket.created"
    TICKET_CLAIMED = "ticket.claimed"
    TICKET_REPLIED = "ticket.replied"
    TICKET_TRANSFERRED = "ticket.transferred"
    TICKET_UNASSIGNED = "ticket.unassigned"
    TICKET_MESSAGE = "ticket.message"
    TICKET_RETURNED = "ticket.returned"
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_MERGED = "ticket.merged"
    TICKET_JOINED = "ticket.joined"
    TICKET_NOTED = "ticket.noted"
    TICKET_KEPT_OPEN = "ticket.kept_open"
    PROMISE_DUE = "promise.due"
    PROMISE_BROKEN = "promise.broken"
    TICKET_CONTACT = "ticket.contact"
    MAIL = "mail"


EVENTS = frozenset(Topic) - {Topic.MAIL}


def put(tx: Connection, topic: Topic, subject: str, payload: DataclassInstance) -> bool:
    """Queue `payload` once under the key `<topic>:<subject>`; False when that key was queued before.

    What stands before a colon of `subject` is the ticket: its rows are delivered one after the other.
    """
    moment = clock.now()
    values = {
        "key": f"{topic}:{subject}",
        "topic": topic,
        "subject": subject.partition(":")[0],
        "payload": encode(payload),
        "attempts": 0,
        "next_attempt_at": moment,
        "created_at": moment,
    }
    return insert_once(tx, outbox, values, "key")


def was_put(tx: Connection, topic: Topic, subject: str) -> bool:
    """True when `put` would change nothing."""
    return tx.execute(select(outbox.c.id).where(outbox.c.key == f"{topic}:{subject}")).first() is not None


def has_more(tx: Connection, ticket_id: str) -> bool:
    """Whether something about the ticket is still on its way: what its receiver says meanwhile may be an echo."""
    waiting = outbox.c.delivered_at.is_(None) & outbox.c.dead_at.is_(None)
    rows = select(outbox.c.id).where(outbox.c.subject == ticket_id, outbox.c.topic.in_(EVENTS), waiting)
    return tx.execute(rows.limit(1)).first() is not None


def redact(tx: Connection, key: str, payload: DataclassInstance) -> None:
    """Leave no more than `payload` in the row: what was in it is over, and nobody is to read it later."""
    tx.execute(update(outbox).where(outbox.c.key == key).values(payload=encode(payload)))
