"""Owns erasing one person: every table in one transaction, then files, then the last copies; and the receipt.

Refuses to lose a number: what counts stays as an emptied row (docs/decisions/0041-erasure-export-retention.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.conversation import attachments
from bot.conversation.attachment_files import AttachmentFiles
from bot.privacy.person import Scope
from bot.privacy.places import PERSONAL, Fate, Place
from bot.privacy.rest import empty_history, empty_tickets, end
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.privacy_tables import erasures
from bot.storage.record import encode
from bot.storage.scrub import scrub
from bot.storage.tables import attachments as attachment_rows
from bot.storage.tables import events, tickets

FILES = "files on disk"


class Kind(StrEnum):
    """Why something was erased."""

    PERSON = "person"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Affected:
    """How many rows of one place, and what becomes of them."""

    place: str
    what: str
    fate: Fate
    rows: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the record of an erasure keeps: rows by place, nothing of whom."""

    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the number of its record, when, and what; `digests` name the files that may be nobody's now."""

    record_id: int
    at: str
    places: tuple[Affected, ...]
    digests: tuple[str, ...]


def affected(tx: Connection, scope: Scope) -> tuple[Affected, ...]:
    """What there is of the person; places without a row are left out."""
    counted = ((place, _count(tx, place, scope)) for place in PERSONAL)
    return tuple(Affected(place.table.name, place.what, place.fate, rows) for place, rows in counted if rows)


def erase(tx: Connection, scope: Scope, found_by: str, kind: Kind = Kind.PERSON) -> Erased:
    """Take the person out of every table and write down that it was done; again finds nothing."""
    now, places = clock.now(), affected(tx, scope)
    of = attachment_rows.c.conversation_id.in_(scope.conversations)
    digests = tuple(tx.execute(select(attachment_rows.c.digest).where(of).distinct()).scalars())
    end(tx, scope, now)
    for place in PERSONAL:
        _take_out(tx, place, place.theirs(scope))
    return Erased(note(tx, kind, found_by, places, now), now, places, digests)


def note(tx: Connection, kind: Kind, found_by: str, places: Iterable[Affected], now: str) -> int:
    """Write the record of an erasure; its number."""
    counted = encode(Counted({one.place: one.rows for one in places if one.fate is not Fate.KEPT}))
    values = {"kind": kind, "found_by": found_by, "places": counted, "erased_at": now}
    return int(tx.execute(insert(erasures).values(values).returning(erasures.c.id)).scalar_one())


def remove_files(database: Database, files: AttachmentFiles, digests: Iterable[str]) -> int:
    """Remove those of these contents that no message has any more; how many.

    Nobody can store a message with the same content meanwhile: whoever sends one looks for its file again afterwards.
    """
    wanted = tuple(digests)
    with database.transaction() as tx:
        unused = set(wanted) - attachments.used(tx, wanted)
        return sum(files.remove(digest) for digest in sorted(unused))


def scrub_pending(database: Database) -> int:
    """Overwrite the last copies of what was erased so far, for the process that serves the database; how many
    erasures that were. Unavailable when it has to be tried again."""
    with database.snapshot() as tx:
        waiting = tuple(tx.execute(select(erasures.c.id).where(erasures.c.scrubbed_at.is_(None))).scalars())
    if not waiting:
        return 0
    scrub(database)
    with database.transaction() as tx:
        tx.execute(update(erasures).where(erasures.c.id.in_(waiting)).values(scrubbed_at=clock.now()))
    return len(waiting)


def scrubbed(tx: Connection, record_id: int) -> bool:
    """Whether the last copies of this erasure are overwritten."""
    query = select(erasures.c.scrubbed_at).where(erasures.c.id == record_id)
    return tx.execute(query).scalar() is not None


def _count(tx: Connection, place: Place, scope: Scope) -> int:
    return int(tx.execute(select(func.count()).select_from(place.table).where(place.theirs(scope))).scalar_one())


def _take_out(tx: Connection, place: Place, of: ColumnElement[bool]) -> None:
    if place.table is events:
        empty_history(tx, of)
    elif place.table is tickets:
        empty_tickets(tx, of)
    elif place.fate is Fate.EMPTIED:
        tx.execute(update(place.table).where(of).values(dict(place.emptied)))
    elif place.fate is Fate.REMOVED:
        tx.execute(delete(place.table).where(of))
