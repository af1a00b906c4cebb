"""Owns what an agent of a help desk outside does with our ticket. Refuses to tell that desk of it again, only of what
did not come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import conversations, joins, messages
from bot.conversation.conversations import State
from bot.conversation.messages import Stored
from bot.conversation.utterance import Speaker
from bot.desk import merges, next_reply, notes, notices, take_back, tickets
from bot.desk.notices import Work
from bot.events import log, outbox
from bot.events.log import EventKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN, Ticket, TicketStatus, change
from bot.storage import clock

CLOSED_THERE = "Closed in the help desk outside, kept open here:"


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


def keep_open(tx: Connection, ticket_id: str, author: str, why: str) -> bool:
    """The ticket was closed there and may not be: both desks are told `why` it goes on. False when it is closed."""
    ticket = tickets.load(tx, ticket_id)
    if ticket.status not in OPEN:
        return False
    kept = tickets.store(tx, ticket)
    notes.put(tx, kept, author, f"{CLOSED_THERE} {why}", ())
    notices.kept_open(tx, kept, f"{why} {in_console(ticket_id)}")
    return True


def reopen(tx: Connection, policies: HandoffPolicies, ticket_id: str, author: str) -> bool:
    """The ticket was opened again there: it is as before it was resolved, with a person.

    False when it is not resolved, or when its closing is still on its way there: then it is our own echo. Where the
    customer has gone on meanwhile, that desk is told so.
    """
    # As in take_back: somebody who writes at the same time would open a second ticket (PostgreSQL).
    conversations.lock(tx, tickets.load(tx, ticket_id).conversation_id)
    ticket = tickets.load(tx, ticket_id)
    if ticket.status is not TicketStatus.RESOLVED or outbox.has_more(tx, ticket_id):
        return False
    if take_back.has_gone_on(tx, ticket):
        notices.noted(tx, ticket, f"gone-on:{ticket.version}", f"{take_back.GONE_ON} {in_console(ticket_id)}")
        return True
    taken = replace(ticket, status=TicketStatus.CLAIMED, claimed_at=ticket.claimed_at or clock.now(), closed_at=None)
    opened = _stored(tx, taken, author)
    for state in (State.WAITING, State.PERSON):
        tickets.move(tx, opened.conversation_id, state)
    next_reply.taken_back(tx, policies, opened, joins.transcript(tx, opened.conversation_id))
    notices.worked(tx, opened, author, Work.TAKEN_BACK)
    return True


def not_delivered(tx: Connection, ticket_id: str, key: str, files: Sequence[str]) -> None:
    """Tell that desk, once per `key`, that the customer did not get the files of a reply."""
    ticket = tickets.load(tx, ticket_id)
    text = f"the customer did not get {', '.join(files)}: files do not come through from here. Send it there instead."
    notices.noted(tx, ticket, key, f"{text} {in_console(ticket_id)}")


def in_console(ticket_id: str) -> str:
    """Where the console has the ticket; the service does not know the host it is reached by."""
    return f"In Answerdesk: /console/tickets/{ticket_id}"


def _stored(tx: Connection, ticket: Ticket, author: str) -> Ticket:
    stored = tickets.store(tx, ticket)
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(stored, author))
    return stored
