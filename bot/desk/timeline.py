"""Owns what a customer had with us so far, over every website and channel, newest first. Refuses who has no record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.conversation.conversations import State
from bot.customers.records import Customer
from bot.desk import record_of
from bot.desk.record_of import ProvenBy
from bot.handoff.ticket import TicketStatus
from bot.storage.care_tables import surveys
from bot.storage.tables import conversations, messages, tickets

MOST = 50


@dataclass(frozen=True, slots=True)
class Contact:
    """One ticket, or a conversation that had none (then ticket, goal and status are None).

    `site` is the website or channel it came by, `messages` what was said in the conversation by anybody, `score` the
    customer's rating of the ticket from 1 to 5, `proven_by` how it is known to be theirs.
    """

    conversation_id: str
    site: str
    at: str
    state: State
    messages: int
    ticket_id: str | None
    status: TicketStatus | None
    goal: str | None
    team: str | None
    closed_at: str | None
    score: int | None
    proven_by: ProvenBy


def of_customer(tx: Connection, customer: Customer) -> tuple[Contact, ...]:
    """The MOST newest contacts of the customer."""
    theirs = record_of.theirs(tx, customer)
    said = select(func.count()).where(messages.c.conversation_id == conversations.c.id).scalar_subquery()
    happened = func.coalesce(tickets.c.created_at, conversations.c.created_at)
    query = (
        select(
            conversations.c.id,
            conversations.c.site,
            happened.label("at"),
            conversations.c.state,
            said.label("messages"),
            tickets.c.id.label("ticket_id"),
            tickets.c.status,
            tickets.c.goal,
            tickets.c.team,
            tickets.c.closed_at,
            surveys.c.csat.label("score"),
        )
        .select_from(conversations)
        .outerjoin(tickets, tickets.c.conversation_id == conversations.c.id)
        .outerjoin(surveys, surveys.c.ticket_id == tickets.c.id)
        .where(conversations.c.id.in_(theirs))
        .order_by(happened.desc(), conversations.c.id)
        .limit(MOST)
    )
    return tuple(
        Contact(
            conversation_id=row.id,
            site=row.site,
            at=row.at,
            state=State(row.state),
            messages=row.messages,
            ticket_id=row.ticket_id,
            status=TicketStatus(row.status) if row.status else None,
            goal=row.goal,
            team=row.team,
            closed_at=row.closed_at,
            score=row.score,
            proven_by=theirs[row.id],
        )
        for row in tx.execute(query)
    )


def of_conversation(tx: Connection, conversation_id: str) -> tuple[Contact, ...]:
    """The timeline of the customer whose conversation it is; empty for somebody nobody knows."""
    record = record_of.of_conversation(tx, conversation_id)
    return of_customer(tx, record.customer) if record else ()
