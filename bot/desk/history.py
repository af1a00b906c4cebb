"""Owns the audit trail of a ticket: who did what and when, read from the event log. Refuses a store of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.desk.notes import Note
from bot.desk.notices import TicketNote, TicketWork, Work
from bot.events.log import Audience, EventKind
from bot.handoff.ticket import Ticket, TicketChange, TicketStatus
from bot.storage.record import decode
from bot.storage.tables import events

_READ = (EventKind.TICKET, EventKind.NOTE, EventKind.WORK)


class Deed(StrEnum):
    """What can be done with a ticket besides `Work`, which concerns the desk alone."""

    HANDED_OVER = "handed_over"
    ASKED_AGAIN = "asked_again"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    REPLIED = "replied"
    NOTED = "noted"
    RETURNED = "returned"
    RESOLVED = "resolved"


Done = Deed | Work


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: `by` is a display name, None for the customer, the bot, the clock and the desk itself.


    `detail` is a closing note, a tag, a team's id, the time (ISO UTC) a ticket is put off to, what was asked for
    twice, the internal article whose text was released, to whom it was given or laid before, from whom it was taken
    over, the promise, what was given to the customer, the stage of the complaint, the articles that a withdrawn draft
    quoted, or the id of the other ticket of a merge, or of the one before or after it.
    """

    at: str
    by: str | None
    deed: Done
    detail: str = ""


Told = TicketChange | TicketNote | TicketWork | Note
_CLOSED = {TicketStatus.RETURNED: Deed.RETURNED, TicketStatus.RESOLVED: Deed.RESOLVED}


def of_ticket(tx: Connection, ticket: Ticket) -> tuple[Entry, ...]:
    """Every deed on the ticket, oldest first; what notes say is in notes.py."""
    query = select(events.c.kind, events.c.audience, events.c.payload, events.c.created_at).where(
        events.c.conversation_id == ticket.conversation_id, events.c.kind.in_(_READ)
    )
    rows = tx.execute(query.order_by(events.c.id))
    told = [(row.created_at, _told(row.kind, row.audience, row.payload)) for row in rows]
    return tuple(_entries(ticket.id, told))


def _told(kind: str, audience: str, payload: str) -> Told:
    if kind == EventKind.NOTE:
        return decode(Note, payload)
    if kind == EventKind.WORK:
        return decode(TicketWork, payload)
    # A closing note is for the desk, the change itself for everybody.
    return decode(TicketNote, payload) if audience == Audience.DESK else decode(TicketChange, payload)


def _entries(ticket_id: str, happened: Iterable[tuple[str, Told]]) -> list[Entry]:
    found: list[Entry] = []
    holder: str | None = None
    told_of = 0  # a transfer tells the customer too: the desk's event of the same version comes first
    version = 0
    for at, told in happened:
        match told:
            case TicketChange(id=one) if one == ticket_id:
                if told.version != told_of:
                    found.append(_changed(at, told, holder, first=not found))
                holder = (told.by or holder) if told.status is TicketStatus.CLAIMED else None
                version = told.version
            case TicketNote(ticket_id=one, note=note) if one == ticket_id:
                # It follows its closing.
                found[-1] = replace(found[-1], detail=note)
            case Note(ticket_id=one, author=author) if one == ticket_id:
                found.append(Entry(at, author, Deed.NOTED))
            case TicketWork(ticket_id=one) if one == ticket_id:
                if told.work in (Work.ASSIGNED, Work.TAKEN_OVER) and told.version == version:
                    found.pop()  # the claim that it says more of: who was given it did not take it
                found.append(Entry(at, told.by, told.work, told.detail))
                told_of = told.version
    return found


def _changed(at: str, told: TicketChange, holder: str | None, *, first: bool) -> Entry:
    """What a change of the public summary was: a claim changes the holder, an answer does not."""
    if told.by is None:
        return Entry(at, None, Deed.HANDED_OVER if first else Deed.ASKED_AGAIN)
    if told.status is TicketStatus.CLAIMED:
        if holder is None:
            return Entry(at, told.by, Deed.CLAIMED)
        return Entry(at, told.by, Deed.REPLIED) if told.by == holder else Entry(at, told.by, Deed.TAKEN_OVER, holder)
    return Entry(at, told.by, _CLOSED.get(told.status, Deed.CLAIMED))
