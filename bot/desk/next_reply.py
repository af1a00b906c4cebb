"""Owns by when a customer who wrote again must hear from a person, counted from the first message nobody answered yet.

Refuses what waits for its first answer anyway: the customer was told that time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from bot.desk import customer_of
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority, due
from bot.handoff.ticket import OPEN, Ticket, TicketStatus
from bot.storage import clock
from bot.storage.once import insert_once
from bot.storage.tables import next_replies


@dataclass(frozen=True, slots=True)
class NextReply:
    """A customer waits on this ticket since `wrote_at`; times ISO UTC."""

    ticket_id: str
    wrote_at: str
    due_at: str


def customer_wrote(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> None:
    """The customer waits from now, unless they did before: as long as a first answer may take at that priority."""
    if ticket.status not in OPEN or (ticket.status is TicketStatus.WAITING and ticket.first_response_at is None):
        return
    customer, now = customer_of.of_ticket(tx, policies, ticket), clock.now()
    level = policies.level(Priority(ticket.priority), customer.tier)
    _wait(tx, NextReply(ticket.id, now, clock.write(due(level, customer.region, clock.read(now)).first_response)))


def answered(tx: Connection, ticket_id: str) -> None:
    """A person answered, or the ticket is closed: nobody waits."""
    tx.execute(delete(next_replies).where(next_replies.c.ticket_id == ticket_id))


def of_tickets(tx: Connection, ticket_ids: Collection[str]) -> Mapping[str, NextReply]:
    """Those of these tickets whose customer waits."""
    query = select(next_replies).where(next_replies.c.ticket_id.in_(ticket_ids))
    return {row["ticket_id"]: NextReply(**row) for row in tx.execute(query).mappings()}


def hand_on(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one: the customer waits there since they first wrote in either."""
    waits = of_tickets(tx, (ticket.id, into.id)).values()
    if not waits:
        return
    first = min(waits, key=lambda one: one.wrote_at)
    for one in (ticket, into):
        answered(tx, one.id)
    _wait(tx, NextReply(into.id, first.wrote_at, first.due_at))


def _wait(tx: Connection, waits: NextReply) -> None:
    values = {"ticket_id": waits.ticket_id, "wrote_at": waits.wrote_at, "due_at": waits.due_at}
    insert_once(tx, next_replies, values, "ticket_id")
