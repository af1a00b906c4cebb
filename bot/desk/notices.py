"""Owns telling the customer, the desk and the help desk that a ticket changed. Refuses to change it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from bot.conversation.attachments import Attachment
from bot.conversation.messages import Message
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.events import log, outbox
from bot.events.log import Audience, EventKind
from bot.events.outbox import Topic
from bot.handoff.ticket import Ticket, TicketStatus, change
from bot.storage import clock
from bot.storage.record import decode

THE_CUSTOMER = "The customer"
THE_ROUTING = "The routing"
THE_ASSISTANT = "The assistant"
THE_DESK = "Answerdesk"


@dataclass(frozen=True, slots=True)
class TicketNote:
    """What a person wrote for the desk when closing a ticket; never shown to the customer."""

    ticket_id: str
    author: str
    note: str


class Work(StrEnum):
    """What was done with a ticket that concerns the desk alone."""

    TAGGED = "tagged"
    UNTAGGED = "untagged"
    TRANSFERRED = "transferred"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    ASKED_TWICE = "asked_twice"
    RELEASED_INTERNAL = "released_internal"
    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    TAKEN_OVER = "taken_over"
    PROMISED = "promised"
    PROMISED_FREELY = "promised_freely"
    PROMISE_DUE = "promise_due"
    PROMISE_KEPT = "promise_kept"
    PROMISE_KEPT_LATE = "promise_kept_late"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_TAKEN = "promise_taken"
    PROMISE_RELEASED = "promise_released"
    GRANTED = "granted"
    ASKED_APPROVAL = "asked_approval"
    APPROVED = "approved"
    DENIED = "denied"
    COMPLAINT_OPENED = "complaint_opened"
    COMPLAINT_MOVED = "complaint_moved"
    COMPLAINT_DUE = "complaint_due"
    COMPLAINT_LATE = "complaint_late"
    OFFERED = "offered"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    REACHABLE = "reachable"
    PROVED_ADDRESS = "proved_address"
    MERGED_INTO = "merged_into"
    JOINED = "joined"
    ASKED_STILL_FINE = "asked_still_fine"
    SAID_FINE = "said_fine"
    REOPENED = "reopened"
    TAKEN_BACK = "taken_back"
    EXPLAINED = "explained"
    RAISED = "raised"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"
    SIGNED_IN = "signed_in"
    DRAFT_WITHDRAWN = "draft_withdrawn"


@dataclass(frozen=True, slots=True)
class TicketWork:
    """The `work` event: `by` is the display name, None when the customer, the clock or the desk itself caused it.


    `detail` is the tag, the team's id, the time (ISO UTC) until which the ticket is put off, what was asked for again,
    the internal article that was released, from whom it was taken over, the promise, what was given, the stage of the
    complaint, whom the ticket is laid before or taken back from, the articles that a withdrawn draft quoted, or the id
    of the other ticket of a merge, or of the one before or after it.
    """

    ticket_id: str
    work: Work
    by: str | None
    detail: str
    version: int


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


@dataclass(frozen=True, slots=True)
class TicketMerge(TicketNotice):
    """The outbox payload of a merge, of either ticket: as a notice, with the other ticket and its conversation."""

    other_ticket_id: str
    other_conversation_id: str


@dataclass(frozen=True, slots=True)
class SentFile(Attachment):
    """A file of the customer's; `path` is where this service gives it, to who shows a service key."""

    path: str


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """The outbox payload of what a customer writes while a person has the conversation.

    With a `file`, `text` is its name.
    """

    ticket_id: str
    conversation_id: str
    message_id: int
    text: str
    at: str
    file: SentFile | None = None


def customer_wrote(tx: Connection, ticket: Ticket, message: Message) -> None:
    """Queue a customer's message for the help desk outside, once."""
    file = _sent_file(message)
    told = TicketMessage(ticket.id, ticket.conversation_id, message.id, message.text, message.created_at, file)
    outbox.put(tx, Topic.TICKET_MESSAGE, f"{ticket.id}:{message.id}", told)


def assistant_answered(tx: Connection, ticket: Ticket, reply: Message) -> None:
    """Queue what the bot told a customer who waits for a person, once: whoever answers there must know it."""
    outbox.put(tx, Topic.TICKET_REPLIED, f"{ticket.id}:m{reply.id}", _notice(ticket, THE_ASSISTANT, reply.text))


def _sent_file(message: Message) -> SentFile | None:
    if message.attachment is None:
        return None
    file = decode(Attachment, message.attachment)
    path = f"/v1/conversations/{message.conversation_id}/attachments/{file.id}"
    return SentFile(file.id, file.name, file.media_type, file.size, path)


def noted(tx: Connection, ticket: Ticket, about: str, text: str) -> bool:
    """Queue a note for the agents of the help desk outside; False when one `about` the same was queued before."""
    return outbox.put(tx, Topic.TICKET_NOTED, f"{ticket.id}:{about}", _notice(ticket, THE_DESK, text))


def was_noted(tx: Connection, ticket_id: str, about: str) -> bool:
    """Whether such a note was queued before."""
    return outbox.was_put(tx, Topic.TICKET_NOTED, f"{ticket_id}:{about}")


def kept_open(tx: Connection, ticket: Ticket, why: str) -> None:
    """Queue for the help desk outside that the ticket it closed goes on."""
    _told_outside(tx, Topic.TICKET_KEPT_OPEN, ticket, THE_DESK, why)


def changed(tx: Connection, topic: Topic, ticket: Ticket, account: Account, text: str = "") -> None:
    """Record the `ticket` event, a closing note for the desk alone, and one outbox row per version."""
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(ticket, account.name))
    if text and ticket.closed_at is not None:
        note = TicketNote(ticket.id, account.name, text)
        log.append(tx, ticket.conversation_id, EventKind.TICKET, note, Audience.DESK)
    sent(tx, topic, ticket, account, text)


def sent(tx: Connection, topic: Topic, ticket: Ticket, account: Account, text: str = "") -> None:
    """Queue what the help desk outside must learn, once per version of the ticket."""
    _told_outside(tx, topic, ticket, account.name, text)


def customer_did(tx: Connection, topic: Topic, ticket: Ticket, text: str) -> None:
    """The same of what the customer did with the ticket."""
    _told_outside(tx, topic, ticket, THE_CUSTOMER, text)


def rerouted(tx: Connection, ticket: Ticket, team: str) -> None:
    """Record and queue that the rules gave the ticket to another team, by its name, since more is known of it."""
    worked(tx, ticket, None, Work.TRANSFERRED, ticket.team)
    _told_outside(tx, Topic.TICKET_TRANSFERRED, ticket, THE_ROUTING, team)


def _told_outside(tx: Connection, topic: Topic, ticket: Ticket, by: str, text: str) -> None:
    outbox.put(tx, topic, f"{ticket.id}:{ticket.version}", _notice(ticket, by, text))


def _notice(ticket: Ticket, by: str, text: str) -> TicketNotice:
    return TicketNotice(ticket.id, ticket.conversation_id, ticket.status, ticket.version, by, text, clock.now())


def merged(tx: Connection, closed: Ticket, kept: Ticket, account: Account) -> None:
    """Record the pointers both ways: for the customer's page and the desk, in both histories, for the help desk."""
    worked(tx, closed, account.name, Work.MERGED_INTO, kept.id)
    worked(tx, kept, account.name, Work.JOINED, closed.id)
    has_it = accounts.load(tx, kept.assignee).name if kept.assignee else None
    log.append(tx, closed.conversation_id, EventKind.TICKET, change(closed, account.name))
    log.append(tx, kept.conversation_id, EventKind.TICKET, change(kept, has_it))
    _merged_one(tx, Topic.TICKET_MERGED, closed, kept, account, f"It goes on in {kept.id}: {kept.goal}")
    _merged_one(tx, Topic.TICKET_JOINED, kept, closed, account, f"Joined {closed.id}: {closed.goal}")


def _merged_one(tx: Connection, topic: Topic, ticket: Ticket, other: Ticket, account: Account, text: str) -> None:
    told = TicketMerge(
        ticket.id, ticket.conversation_id, ticket.status, ticket.version, account.name, text, clock.now(),
        other.id, other.conversation_id,
    )  # fmt: skip
    outbox.put(tx, topic, f"{ticket.id}:{ticket.version}", told)


def worked(tx: Connection, ticket: Ticket, by: str | None, work: Work, detail: str = "") -> None:
    """Record what concerns the desk alone; the customer never hears of it."""
    told = TicketWork(ticket.id, work, by, detail, ticket.version)
    log.append(tx, ticket.conversation_id, EventKind.WORK, told, Audience.DESK)
