"""Owns which of a ticket's times comes first: an answer, a promise, a complaint's step, the solution.

Refuses to set one. What somebody waits for comes before what only has to be solved.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Column, ColumnElement, Connection, FromClause, case, func, select

from bot.handoff.ticket import Ticket
from bot.storage.care_tables import complaints, promises
from bot.storage.engine import SQLITE
from bot.storage.tables import next_replies, tickets

NEVER = "9999"


class Due(StrEnum):
    """What is due, in the order in which it is told where two are due at once."""

    ANSWER = "answer"
    REPLY = "reply"
    PROMISE = "promise"
    COMPLAINT = "complaint"
    SOLUTION = "solution"


class Dated(Protocol):
    """What is due at a time (ISO UTC), or not any more."""

    @property
    def due_at(self) -> str | None: ...


def nearest(ticket: Ticket, *others: Dated | None) -> tuple[str, Due]:
    """When the next thing is due and what it is; `others` are the next reply, promise and step of a complaint."""
    answer = None if ticket.first_response_at is not None else ticket.first_response_due
    times = (answer, *(other.due_at if other else None for other in others), ticket.resolution_due)
    return min(((at, what) for at, what in zip(times, Due, strict=True) if at), key=lambda one: one[0])


def owed(tx: Connection, ticket: Ticket) -> tuple[str, Due] | None:
    """When the first thing is due that somebody waits for, and what it is; None when nobody waits."""
    row = tx.execute(select(*_waited_for()).where(tickets.c.id == ticket.id)).one()
    at, what = min(zip(row, Due, strict=False), key=lambda one: one[0])
    return (at, what) if at != NEVER else None


def in_order(tx: Connection) -> Iterator[ColumnElement[object]]:
    """What to order tickets by: first those on which somebody waits, then by the nearest time."""
    earliest = func.min if tx.dialect.name == SQLITE else func.least
    somebody_waits = earliest(*_waited_for())
    yield case((somebody_waits == NEVER, 1), else_=0)
    yield earliest(somebody_waits, tickets.c.resolution_due)


def _waited_for() -> tuple[ColumnElement[str], ...]:
    """When each is due that somebody waits for, in the order of `Due`; NEVER for what is not."""
    answered = tickets.c.first_response_at.is_not(None)
    return (
        case((answered, NEVER), else_=tickets.c.first_response_due),
        _first(next_replies, next_replies.c.due_at),
        _first(promises, promises.c.due_at, promises.c.done_at.is_(None)),
        _first(complaints, complaints.c.due_at),
    )


def _first(table: FromClause, due_at: Column[str], *conditions: ColumnElement[bool]) -> ColumnElement[str]:
    of_ticket = table.c.ticket_id == tickets.c.id
    found = select(func.min(due_at)).where(of_ticket, *conditions).correlate(tickets).scalar_subquery()
    return func.coalesce(found, NEVER)
