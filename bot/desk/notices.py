"""Owns telling the customer, the desk and the help desk that a ticket changed. Refuses to change it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.desk.accounts import Account
from bot.events import log, outbox
from bot.events.log import Audience, EventKind
from bot.events.outbox import Topic
from bot.handoff.ticket import Ticket, TicketStatus, change
from bot.storage import clock


@dataclass(frozen=True, slots=True)
class TicketNote:
    """What a person wrote for the desk when closing a ticket; never shown to the customer."""

    ticket_id: str
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class TicketNotice:
    """The outbox payload of every change after creation; `text` is the reply or the closing note."""

    ticket_id: str
    conversation_id: str
    status: TicketStatus
    version: int
    by: str
    text: str
    at: str


def changed(tx: Connection, topic: Topic, ticket: Ticket, account: Account, text: str = "") -> None:
    """Record the `ticket` event, a closing note for the desk alone, and one outbox row per version."""
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(ticket, account.name))
    if text and ticket.closed_at is not None:
        note = TicketNote(ticket.id, account.name, text)
        log.append(tx, ticket.conversation_id, EventKind.TICKET, note, Audience.DESK)
    notice = TicketNotice(
        ticket.id, ticket.conversation_id, ticket.status, ticket.version, account.name, text, clock.now()
    )
    outbox.put(tx, topic, f"{ticket.id}:{ticket.version}", notice)
