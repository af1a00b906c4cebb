"""Owns which ticket another one was merged into. Refuses to merge: the room `merging` knows what goes along."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.desk import tickets
from bot.handoff.ticket import Ticket, TicketStatus, from_row
from bot.storage.tables import merges
from bot.storage.tables import tickets as rows


def into(tx: Connection, ticket_id: str) -> str | None:
    """The ticket this one was merged into, None when it was not."""
    return tx.execute(select(merges.c.into_id).where(merges.c.ticket_id == ticket_id)).scalar()


def joined(tx: Connection, ticket_id: str) -> tuple[Ticket, ...]:
    """The tickets that were merged into this one, the first merged first."""
    query = select(rows).join(merges, merges.c.ticket_id == rows.c.id).where(merges.c.into_id == ticket_id)
    return tuple(from_row(row) for row in tx.execute(query.order_by(merges.c.merged_at, rows.c.id)).mappings())


def every_joined(tx: Connection, ticket_id: str) -> tuple[Ticket, ...]:
    """The same with those that were merged into them before."""
    return tuple(each for one in joined(tx, ticket_id) for each in (one, *every_joined(tx, one.id)))


def surviving(tx: Connection, ticket: Ticket) -> Ticket:
    """The ticket itself, or where it goes on if it was merged, however often."""
    while ticket.status is TicketStatus.MERGED and (following := into(tx, ticket.id)) is not None:
        ticket = tickets.load(tx, following)
    return ticket
