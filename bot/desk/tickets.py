"""Owns the way of a ticket through the desk: claim, reply, return, resolve. Refuses to open one: see hand_off.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, select, update

from bot.conversation import attachments, conversations, messages
from bot.conversation.attachments import Received
from bot.conversation.conversations import State
from bot.conversation.messages import Message, Stored
from bot.conversation.utterance import Speaker
from bot.desk import duty, next_reply, notices, offers
from bot.desk.accounts import Account
from bot.desk.offers import Ending
from bot.errors import Conflict
from bot.events.outbox import Topic
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN, Ticket, TicketStatus, from_row
from bot.storage import clock
from bot.storage.one_row import one_row
from bot.storage.record import encode
from bot.storage.tables import accounts, mentions, tickets


@dataclass(frozen=True, slots=True)
class Replied:
    """The ticket after a reply, the message the customer sees, and false when it had been sent before."""

    ticket: Ticket
    message: Message
    created: bool


def load(tx: Connection, ticket_id: str) -> Ticket:
    """The ticket; NotFound when there is none."""
    return from_row(one_row(tx, select(tickets).where(tickets.c.id == ticket_id), "There is no such ticket."))


def goals(tx: Connection, ticket_ids: Collection[str]) -> Mapping[str, str]:
    """What the customers of these tickets want, by ticket."""
    query = select(tickets.c.id, tickets.c.goal).where(tickets.c.id.in_(ticket_ids))
    return dict(tx.execute(query).tuples().all())


def open_of(tx: Connection, conversation_ids: Collection[str]) -> tuple[Ticket, ...]:
    """The open tickets of these conversations, the first due first."""
    query = select(tickets).where(tickets.c.conversation_id.in_(conversation_ids), tickets.c.status.in_(OPEN))
    rows = tx.execute(query.order_by(tickets.c.resolution_due, tickets.c.id)).mappings()
    return tuple(from_row(row) for row in rows)


def latest(tx: Connection, conversation_id: str) -> Ticket | None:
    """The conversation's newest ticket, open or not; None when it never had one."""
    query = select(tickets).where(tickets.c.conversation_id == conversation_id)
    newest = query.order_by(tickets.c.closed_at.is_(None).desc(), tickets.c.created_at.desc())
    row = tx.execute(newest).mappings().first()
    return from_row(row) if row is not None else None


def customer_wrote(tx: Connection, policies: HandoffPolicies, message: Message) -> None:
    """The customer waits for the person who has the conversation; the help desk outside is told what they wrote."""
    ticket = latest(tx, message.conversation_id)
    if ticket is not None and ticket.status in OPEN:
        next_reply.customer_wrote(tx, policies, ticket)
        notices.customer_wrote(tx, ticket, message)


def claim(
    tx: Connection, ticket_id: str, account: Account, version: int | None = None, *, take_over: bool = False
) -> Ticket:
    """Take the ticket: CLAIMED, conversation with a PERSON. Claiming one's own ticket again changes nothing.

    Conflict when it is closed, somebody else's (unless `take_over`), or not at `version` any more.
    """
    ticket = load(tx, ticket_id)
    if ticket.assignee == account.id and ticket.status is TicketStatus.CLAIMED:
        return ticket
    _check_open(ticket)
    if ticket.assignee is not None and not take_over:
        raise Conflict(f"{_name(tx, ticket.assignee)} is already working on this ticket.")
    check_version(ticket, version)
    claimed = replace(
        ticket, status=TicketStatus.CLAIMED, assignee=account.id, claimed_at=ticket.claimed_at or clock.now()
    )
    stored = store(tx, claimed)
    duty.has_taken(tx, account.id)
    move(tx, ticket.conversation_id, State.PERSON)
    notices.changed(tx, Topic.TICKET_CLAIMED, stored, account)
    if ticket.assignee is not None:
        notices.worked(tx, stored, account.name, notices.Work.TAKEN_OVER, _name(tx, ticket.assignee))
    return stored


def reply(
    tx: Connection,
    ticket_id: str,
    account: Account,
    text: str,
    version: int | None = None,
    client_id: str | None = None,
) -> Replied:
    """Send `text` to the customer as this person; a waiting ticket is claimed first. Once per `client_id`.

    Conflict when the ticket is closed, somebody else's, or not at `version` any more.
    """

    def say(conversation_id: str, key: str | None) -> Stored:
        return messages.append(tx, conversation_id, Speaker.AGENT, text, client_id=key, author=account.name)

    return _answer(tx, ticket_id, account, version, client_id, say)


def reply_with_file(
    tx: Connection,
    ticket_id: str,
    account: Account,
    received: Received,
    version: int | None = None,
    client_id: str | None = None,
) -> Replied:
    """As `reply`; the message is the file. Conflict also when the conversation has too many."""

    def say(conversation_id: str, key: str | None) -> Stored:
        return attachments.append(tx, conversation_id, Speaker.AGENT, received, client_id=key, author=account.name)

    return _answer(tx, ticket_id, account, version, client_id, say)


def _answer(
    tx: Connection,
    ticket_id: str,
    account: Account,
    version: int | None,
    client_id: str | None,
    say: Callable[[str, str | None], Stored],
) -> Replied:
    ticket = load(tx, ticket_id)
    key = f"{account.id}:{client_id}" if client_id else None
    before = messages.by_client_id(tx, ticket.conversation_id, key) if key else None
    if before is not None:
        return Replied(ticket, before, created=False)
    check_version(ticket, version)
    mine = claim(tx, ticket_id, account)
    stored = say(ticket.conversation_id, key)
    next_reply.answered(tx, ticket_id)
    answered = store(tx, replace(mine, first_response_at=mine.first_response_at or clock.now()))
    notices.changed(tx, Topic.TICKET_REPLIED, answered, account, text=stored.message.text)
    return Replied(answered, stored.message, created=True)


def return_to_bot(
    tx: Connection, ticket_id: str, account: Account, note: str = "", version: int | None = None
) -> Ticket:
    """Close the ticket and give the conversation back to the bot; the note stays on the desk."""
    return _close(tx, ticket_id, account, note, version, TicketStatus.RETURNED)


def resolve(tx: Connection, ticket_id: str, account: Account, note: str = "", version: int | None = None) -> Ticket:
    """Close ticket and conversation; the note stays on the desk."""
    return _close(tx, ticket_id, account, note, version, TicketStatus.RESOLVED)


CLOSED_AS = {
    TicketStatus.RETURNED: (State.OPEN, Topic.TICKET_RETURNED),
    TicketStatus.RESOLVED: (State.RESOLVED, Topic.TICKET_RESOLVED),
}
"""Who has the conversation then, and what the help desk outside is told."""


def _close(
    tx: Connection, ticket_id: str, account: Account, note: str, version: int | None, status: TicketStatus
) -> Ticket:
    ticket = load(tx, ticket_id)
    if ticket.status is status:
        return ticket
    check_free(tx, ticket, account)
    check_version(ticket, version)
    # What was held back for the first answer is no draft any more, and only open tickets are looked through for it.
    packet = ticket.packet.without_draft()
    closed = store(tx, replace(ticket, status=status, closed_at=clock.now(), snoozed_until=None, packet=packet))
    next_reply.answered(tx, ticket_id)
    # What is mentioned from here on is about the closed ticket: a review, for instance.
    tx.execute(delete(mentions).where(mentions.c.ticket_id == ticket_id))
    state, topic = CLOSED_AS[status]
    move(tx, ticket.conversation_id, state)
    notices.changed(tx, topic, closed, account, text=note)
    return closed


def load_free(tx: Connection, ticket_id: str, account: Account, version: int | None) -> Ticket:
    """The ticket; Conflict when it is closed, somebody else's, or not at `version` any more."""
    ticket = load(tx, ticket_id)
    check_free(tx, ticket, account)
    check_version(ticket, version)
    return ticket


def check_free(tx: Connection, ticket: Ticket, account: Account) -> None:
    """Conflict when the ticket is closed or somebody else's."""
    _check_open(ticket)
    if ticket.assignee not in (None, account.id):
        raise Conflict(f"{_name(tx, ticket.assignee)} is working on this ticket.")


def _check_open(ticket: Ticket) -> None:
    if ticket.status is TicketStatus.MERGED:
        raise Conflict("This ticket was merged into another one, which has it all; open that one.")
    if ticket.status not in OPEN:
        raise Conflict(f"This ticket is already {ticket.status}.")


def check_version(ticket: Ticket, version: int | None) -> None:
    """Conflict when the caller saw another version; None: it did not say which."""
    if version is not None and version != ticket.version:
        raise Conflict("The ticket changed in the meantime; load it again.")


def store(tx: Connection, ticket: Ticket) -> Ticket:
    """Write the worked-on columns if nobody wrote since `ticket` was loaded; an offer ends with the waiting."""
    stored = replace(ticket, version=ticket.version + 1)
    changed = tx.execute(
        update(tickets)
        .where(tickets.c.id == ticket.id, tickets.c.version == ticket.version)
        .values(
            status=stored.status,
            reason=stored.reason,
            goal=stored.goal,
            category=stored.category,
            team=stored.team,
            priority=stored.priority,
            first_response_due=stored.first_response_due,
            resolution_due=stored.resolution_due,
            packet=encode(stored.packet),
            assignee=stored.assignee,
            version=stored.version,
            claimed_at=stored.claimed_at,
            first_response_at=stored.first_response_at,
            closed_at=stored.closed_at,
            snoozed_until=stored.snoozed_until,
        )
    )
    if changed.rowcount == 0:
        raise Conflict("The ticket changed in the meantime; load it again.")
    if stored.status is not TicketStatus.WAITING or (stored.snoozed_until or "") > clock.now():
        offers.end(tx, stored.id, Ending.TAKEN, stored.assignee)
    return stored


def move(tx: Connection, conversation_id: str, state: State) -> None:
    """Bring the ticket's conversation to `state`; staying there is fine."""
    conversations.set_state(tx, conversations.load(tx, conversation_id), state)


def _name(tx: Connection, account_id: str | None) -> str:
    return str(tx.execute(select(accounts.c.name).where(accounts.c.id == account_id)).scalar() or "Somebody")
