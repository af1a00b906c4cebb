"""Owns what one person of the desk has to hear wherever they are: a ticket became theirs, was taken over from them, or
a note calls them. Refuses to remember what was heard: the page does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.desk import tickets
from bot.desk.accounts import Account
from bot.desk.notes import Note
from bot.desk.notices import TicketWork, Work
from bot.events.log import Audience, EventKind
from bot.storage.record import decode
from bot.storage.tables import events

MOST_READ = 500


class Why(StrEnum):
    """What happened."""

    ASSIGNED = "assigned"
    OFFERED = "offered"
    TAKEN_OVER = "taken_over"
    MENTIONED = "mentioned"


_OF_WORK = {Work.ASSIGNED: Why.ASSIGNED, Work.OFFERED: Why.OFFERED, Work.TAKEN_OVER: Why.TAKEN_OVER}


@dataclass(frozen=True, slots=True)
class Notification:
    """One of them: `by` is the display name of who did it, None where the desk itself did."""

    why: Why
    by: str | None
    ticket_id: str
    goal: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is, oldest first, and the event up to which it was looked for."""

    notifications: tuple[Notification, ...]
    after: int


def since(tx: Connection, account: Account, after: int) -> Heard:
    """What concerns them in the events above `after`, and was not done by themselves."""
    query = select(events.c.id, events.c.kind, events.c.payload).where(
        events.c.id > after,
        events.c.audience == Audience.DESK,
        events.c.kind.in_((EventKind.NOTE, EventKind.WORK)),
    )
    rows = tx.execute(query.order_by(events.c.id).limit(MOST_READ)).all()
    found = (one for row in rows for one in _told(row.kind, row.payload, account.name))
    told = tuple(Notification(why, by, of, tickets.load(tx, of).goal) for why, by, of in found)
    return Heard(told, rows[-1].id if rows else after)


def _told(kind: str, payload: str, name: str) -> Iterator[tuple[Why, str | None, str]]:
    """As far as it is for who has this name."""
    if kind == EventKind.NOTE:
        note = decode(Note, payload)
        if name in note.mentioned and note.author != name:
            yield Why.MENTIONED, note.author, note.ticket_id
    else:
        work = decode(TicketWork, payload)
        if work.work in _OF_WORK and work.detail == name and work.by != name:
            yield _OF_WORK[work.work], work.by, work.ticket_id
