"""Owns taking back a closing that was a slip: the ticket is as it was before. Refuses what has gone on since."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import conversations, joins, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import accounts, assignment, next_reply, notes, notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import Conflict, NotAllowed
from bot.events import log
from bot.events.log import EventKind
from bot.events.outbox import Topic
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket, TicketStatus, change
from bot.storage import clock

_SECONDS_PER_MINUTE = 60
WITH_YOU = "I opened this ticket again; it is with you as before."
GONE_ON = "The customer wrote again since; it goes on there."


def until(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account) -> str | None:
    """Until when (ISO UTC) this person can take it back, None when they cannot."""
    ends = _ends(policies, ticket)
    if ends is None or ends <= clock.now() or not _may(ticket, account) or has_gone_on(tx, ticket):
        return None
    return ends


def take_back(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, version: int | None = None
) -> Ticket:
    """Whoever had the ticket has it again, the customer their person; the promised times were never gone.

    Whoever has it without having asked for it is called by a note. Conflict when it is open or merged, too long
    ago, the customer wrote again, or it is not at `version` any more; NotAllowed for somebody else's, unless to a lead.
    """
    # Somebody who writes at the same time would open a second ticket of the conversation (PostgreSQL).
    conversations.lock(tx, tickets.load(tx, ticket_id).conversation_id)
    ticket = tickets.load(tx, ticket_id)
    tickets.check_version(ticket, version)
    _check(tx, policies, ticket, account)
    status = TicketStatus.CLAIMED if ticket.assignee else TicketStatus.WAITING
    opened = tickets.store(tx, replace(ticket, status=status, closed_at=None))
    tickets.move(tx, ticket.conversation_id, State.WAITING)
    holder = accounts.load(tx, ticket.assignee) if ticket.assignee else None
    if holder is not None:
        tickets.move(tx, ticket.conversation_id, State.PERSON)
    next_reply.taken_back(tx, policies, opened, joins.transcript(tx, ticket.conversation_id))
    notices.worked(tx, opened, account.name, Work.TAKEN_BACK)
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(opened, holder.name if holder else None))
    notices.sent(tx, Topic.TICKET_REOPENED, opened, account)
    if holder is not None and holder.id != account.id:
        notes.put(tx, opened, account.name, WITH_YOU, [holder])
    assignment.assign(tx, policies.workload, opened)
    return opened


def _check(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account) -> None:
    ends = _ends(policies, ticket)
    if ends is None:
        raise Conflict("Only a ticket that was resolved or returned to the bot can be opened again.")
    if not _may(ticket, account):
        raise NotAllowed("Whoever had this ticket can open it again, or a lead.")
    if ends <= clock.now():
        minutes = policies.follow_ups.reopen_minutes
        raise Conflict(f"This ticket was closed more than {minutes} minutes ago. A message to us goes on from there.")
    if has_gone_on(tx, ticket):
        raise Conflict(GONE_ON)


def _ends(policies: HandoffPolicies, ticket: Ticket) -> str | None:
    if ticket.status not in tickets.CLOSED_AS or ticket.closed_at is None:
        return None
    return clock.after(ticket.closed_at, policies.follow_ups.reopen_minutes * _SECONDS_PER_MINUTE)


def _may(ticket: Ticket, account: Account) -> bool:
    """One that nobody had was anybody's."""
    return ticket.assignee in (None, account.id) or account.viewer.may_lead


def has_gone_on(tx: Connection, ticket: Ticket) -> bool:
    """Whether the customer wrote since the ticket was closed, or there is a newer one."""
    last = tickets.latest(tx, ticket.conversation_id)
    if last is None or last.id != ticket.id:
        return True
    state, _ = tickets.CLOSED_AS[ticket.status]
    if conversations.load(tx, ticket.conversation_id).state is not state:
        return True
    # The bot's conversation is as it was, whether or not the customer has gone on there.
    wrote = messages.last_of(tx, (Speaker.CUSTOMER,), *joins.parts(tx, ticket.conversation_id))
    return wrote is not None and wrote.created_at > (ticket.closed_at or "")
