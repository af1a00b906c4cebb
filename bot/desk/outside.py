"""Owns what an agent of a help desk outside does with our ticket. Refuses to tell that desk of it again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.conversations import State
from bot.conversation.messages import Stored
from bot.conversation.utterance import Speaker
from bot.desk import merges, next_reply, tickets
from bot.events import log
from bot.events.log import EventKind
from bot.handoff.ticket import OPEN, Ticket, TicketStatus, change
from bot.storage import clock


def reply(tx: Connection, ticket_id: str, author: str, text: str, key: str) -> Stored:
    """Say `text` to the customer as `author`; once per `key`, which has a colon so that no visitor can take it.

    An open ticket is with a person from now on. After it was closed the customer still gets what was said, after it
    was merged in the ticket where it goes on.
    """
    ticket = merges.surviving(tx, tickets.load(tx, ticket_id))
    stored = messages.append(tx, ticket.conversation_id, Speaker.AGENT, text, client_id=key, author=author)
    if stored.created and ticket.status in OPEN:
        next_reply.answered(tx, ticket.id)
        taken = _stored(
            tx,
            replace(
                ticket,
                status=TicketStatus.CLAIMED,
                claimed_at=ticket.claimed_at or clock.now(),
                first_response_at=ticket.first_response_at or clock.now(),
            ),
            author,
        )
        tickets.move(tx, taken.conversation_id, State.PERSON)
    return stored


def resolve(tx: Connection, ticket_id: str, author: str) -> bool:
    """Close ticket and conversation; False when the ticket is closed already."""
    ticket = tickets.load(tx, ticket_id)
    if ticket.status not in OPEN:
        return False
    next_reply.answered(tx, ticket_id)
    closed = replace(ticket, status=TicketStatus.RESOLVED, closed_at=clock.now(), snoozed_until=None)
    tickets.move(tx, _stored(tx, closed, author).conversation_id, State.RESOLVED)
    return True


def _stored(tx: Connection, ticket: Ticket, author: str) -> Ticket:
    stored = tickets.store(tx, ticket)
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(stored, author))
    return stored
