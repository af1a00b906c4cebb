"""Owns doing one thing to several tickets: each by itself, so that one that is refused holds up no other.

Refuses rules of its own: the verb of the single ticket decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import BadRequest, DeskError
from bot.handoff.ticket import Ticket

MOST_TICKETS = 100

Deed = Callable[[Connection, str, int], Ticket]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket of the selection, as somebody saw it."""

    ticket_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ticket: as it is now, or why nothing was done to it."""

    ticket_id: str
    ticket: Ticket | None
    refused: DeskError | None


def each(tx: Connection, chosen: Sequence[Chosen], deed: Deed) -> tuple[Result, ...]:
    """Do it to every ticket in a savepoint of its own; in the order given, a ticket named twice once.

    BadRequest for too many.
    """
    if len(chosen) > MOST_TICKETS:
        raise BadRequest(f"Choose at most {MOST_TICKETS} tickets at a time.")
    once = {one.ticket_id: one for one in reversed(chosen)}
    return tuple(_one(tx, one, deed) for one in reversed(once.values()))


def _one(tx: Connection, chosen: Chosen, deed: Deed) -> Result:
    try:
        with tx.begin_nested():
            return Result(chosen.ticket_id, deed(tx, chosen.ticket_id, chosen.version), None)
    except DeskError as error:
        return Result(chosen.ticket_id, None, error)
