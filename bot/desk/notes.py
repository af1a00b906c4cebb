"""Owns internal notes on a ticket and whom they mention. Refuses to show one to a customer: desk events only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from bot.conversation.joins import parts
from bot.desk import accounts, merges, tickets
from bot.desk.accounts import Account
from bot.desk.notices import TicketNote
from bot.errors import BadRequest
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.handoff.ticket import Ticket
from bot.storage.clean_text import blank, storable
from bot.storage.once import insert_once
from bot.storage.record import decode
from bot.storage.tables import events, mentions

LONGEST_NOTE = 4000
MOST_UNKNOWN = 5
MOST_ALIKE = 6
# A word that begins with a letter, or an address: "@12:00" calls nobody.
_CALL = re.compile(r"(?<![\w@])@([^\W\d_][\w.’'-]*(?:@[\w.-]+)?)")


@dataclass(frozen=True, slots=True)
class Note:
    """The payload of a `note` event; `mentioned` are the display names of those it is put before.

    `version` is the ticket's with the note, 0 in notes of before that was written down.
    """

    ticket_id: str
    author: str
    text: str
    mentioned: tuple[str, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note with when it was written, ISO UTC."""

    note: Note
    at: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What was called, in small letters, and is nobody's name, with the names of colleagues that begin so."""

    name: str
    like: tuple[str, ...]


def add(tx: Connection, ticket_id: str, account: Account, text: str, version: int | None = None) -> tuple[Ticket, Note]:
    """Store a note, open ticket or not. A colleague named as `@name` or `@e-mail` finds the ticket under mentions.

    Whoever writes a note has seen the ticket: it leaves the writer's own mentions. BadRequest for no text or
    too much, Conflict when the ticket is not at `version` any more.
    """
    kept = storable(text).strip()
    if blank(kept):
        raise BadRequest("The note has no text.")
    if len(kept) > LONGEST_NOTE:
        raise BadRequest(f"A note has at most {LONGEST_NOTE} characters.")
    ticket = tickets.load(tx, ticket_id)
    tickets.check_version(ticket, version)
    stored = tickets.store(tx, ticket)
    tick_off(tx, ticket_id, account)
    called = named_in(kept, (one for one in accounts.every(tx) if one.id != account.id))
    return stored, put(tx, stored, account.name, kept, called)


def put(tx: Connection, ticket: Ticket, author: str, text: str, called: Iterable[Account]) -> Note:
    """Write the note as it is and put the ticket before those who are `called`; no version is looked at or moved."""
    people = tuple(called)
    for colleague in people:
        row = {"account_id": colleague.id, "ticket_id": ticket.id}
        insert_once(tx, mentions, row, "account_id", "ticket_id")
    note = Note(ticket.id, author, text, tuple(colleague.name for colleague in people), ticket.version)
    log.append(tx, ticket.conversation_id, EventKind.NOTE, note, Audience.DESK)
    return note


def hand_on_mentions(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one: whoever was to look at it finds that one."""
    called = tx.execute(select(mentions.c.account_id).where(mentions.c.ticket_id == ticket.id)).scalars().all()
    for account_id in called:
        insert_once(tx, mentions, {"account_id": account_id, "ticket_id": into.id}, "account_id", "ticket_id")
    tx.execute(delete(mentions).where(mentions.c.ticket_id == ticket.id))


def tick_off(tx: Connection, ticket_id: str, account: Account) -> None:
    """Whoever was called has seen to it: the ticket leaves their mentions until a note calls them again."""
    tx.execute(delete(mentions).where(mentions.c.account_id == account.id, mentions.c.ticket_id == ticket_id))


def is_called(tx: Connection, ticket_id: str, account: Account) -> bool:
    """Whether the ticket is among their mentions."""
    query = select(mentions.c.ticket_id)
    mine = query.where(mentions.c.account_id == account.id, mentions.c.ticket_id == ticket_id)
    return tx.execute(mine).first() is not None


def of_ticket(tx: Connection, ticket: Ticket) -> tuple[WrittenNote, ...]:
    """The notes of the ticket and of those merged into it, oldest first; what was written at its closing is one."""
    wanted = {ticket.id, *(one.id for one in merges.every_joined(tx, ticket.id))}
    closing = (events.c.kind == EventKind.TICKET) & (events.c.audience == Audience.DESK)
    query = select(events.c.kind, events.c.payload, events.c.created_at).where(
        events.c.conversation_id.in_(parts(tx, ticket.conversation_id)), (events.c.kind == EventKind.NOTE) | closing
    )
    rows = tx.execute(query.order_by(events.c.id))
    found = (WrittenNote(_written(row.kind, row.payload), row.created_at) for row in rows)
    return tuple(written for written in found if written.note.ticket_id in wanted)


def _written(kind: str, payload: str) -> Note:
    if kind == EventKind.NOTE:
        return decode(Note, payload)
    closing = decode(TicketNote, payload)
    return Note(closing.ticket_id, closing.author, closing.note, ())


def named_in(text: str, people: Iterable[Account]) -> tuple[Account, ...]:
    """Those who work tickets and whose name, e-mail, or first name that nobody else has, stands after an `@`.

    Namesakes are all meant.
    """
    meant = {one.id: one for _, those in _mentions(text, _able(people)) for one in those}
    return tuple(meant.values())


def not_found(tx: Connection, text: str, account: Account) -> tuple[Unknown, ...]:
    """What a note of `account` calls after an `@` though nobody is called so, or several are: each once."""
    able = _able(accounts.every(tx))
    others = [one for one in able if one.id != account.id]
    known = {at for people in (others, [account]) for at, _ in _mentions(text, people)}
    called = [found[1].rstrip(".-’'") for found in _CALL.finditer(text.casefold()) if found.start() not in known]
    return tuple(Unknown(name, _beginning_so(name, others)) for name in list(dict.fromkeys(called))[:MOST_UNKNOWN])


def _able(people: Iterable[Account]) -> list[Account]:
    return [one for one in people if one.viewer.may_work_tickets and not one.disabled]


def _mentions(text: str, able: Sequence[Account]) -> list[tuple[int, Sequence[Account]]]:
    """Where in the text, written small, somebody is called, and who."""
    handles = _handles(able)
    if not handles:
        return []
    # The longest first: "@Leo Miller" is not Leo.
    listed = "|".join(re.escape(handle) for handle in sorted(handles, key=lambda handle: -len(handle)))
    found = re.finditer(rf"(?<![\w@])@({listed})(?![\w@])", text.casefold())
    return [(one.start(), handles[one[1]]) for one in found]


def _handles(able: Sequence[Account]) -> Mapping[str, Sequence[Account]]:
    """What calls whom, in small letters. A first name does that one person alone has and that is nobody's full name."""
    whole: dict[str, list[Account]] = {}
    first: dict[str, list[Account]] = {}
    for one in able:
        for handle in {one.name.casefold(), one.email.casefold()}:
            whole.setdefault(handle, []).append(one)
        first.setdefault(one.name.casefold().split(" ")[0], []).append(one)
    return {name: those for name, those in first.items() if name and len(those) == 1} | whole


def _beginning_so(name: str, able: Sequence[Account]) -> tuple[str, ...]:
    """Names with a word that begins with `name`."""
    alike = [one.name for one in able if any(word.startswith(name) for word in one.name.casefold().split())]
    return tuple(sorted(alike)[:MOST_ALIKE])
