"""Owns by when a customer who wrote again must hear from a person, counted from the first message nobody answered yet.

Refuses what waits for its first answer anyway: the customer was told that time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
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
    _wait_since(tx, policies, ticket, clock.now())


def taken_back(tx: Connection, policies: HandoffPolicies, ticket: Ticket, said: Sequence[Message]) -> None:
    """The closing of the ticket ended the waiting, and did not count: the customer waits as before. `said` is the whole
    transcript; what was written before somebody had the ticket waited for its first answer."""
    if ticket.claimed_at is None and ticket.first_response_at is None:
        return
    answered_at = max((one.created_at for one in said if one.role is Speaker.AGENT), default=ticket.claimed_at or "")
    since = (one.created_at for one in said if one.role is Speaker.CUSTOMER and one.created_at > answered_at)
    wrote_at = next(since, None)
    if wrote_at is not None:
        _wait_since(tx, policies, ticket, wrote_at)


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


def _wait_since(tx: Connection, policies: HandoffPolicies, ticket: Ticket, wrote_at: str) -> None:
    customer = customer_of.of_ticket(tx, policies, ticket)
    level = policies.level(Priority(ticket.priority), customer.tier)
    answer = due(level, customer.region, clock.read(wrote_at)).first_response
    _wait(tx, NextReply(ticket.id, wrote_at, clock.write(answer)))


def _wait(tx: Connection, waits: NextReply) -> None:
    values = {"ticket_id": waits.ticket_id, "wrote_at": waits.wrote_at, "due_at": waits.due_at}
    insert_once(tx, next_replies, values, "ticket_id")
