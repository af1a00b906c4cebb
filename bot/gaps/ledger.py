"""Owns the ledger as stored: gaps, the messages and searches that belong to them, what the last check found.

Refuses to copy what a customer said: a wording is the number of its message, below zero that of a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Connection, Table, func, select, update

from bot.storage import clock
from bot.storage.knowledge_tables import gap_searches, gap_wordings, gaps, searches
from bot.storage.once import insert_once
from bot.storage.one_row import one_row
from bot.storage.tables import messages


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where wordings of one kind stand: their `table` with its `key`, what they are of, the `sign` of their numbers."""

    table: Table
    key: Column[int]
    said: Table
    sign: int


_KINDS = (
    _Kind(gap_wordings, gap_wordings.c.message_id, messages, 1),
    _Kind(gap_searches, gap_searches.c.search_id, searches, -1),
)


class GapStatus(StrEnum):
    """Whether the knowledge base still leaves it open. DISMISSED: people said otherwise, and a person holds the article
    to be right."""

    OPEN = "open"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Failing(StrEnum):
    """Why a wording does not pass."""

    HANDED_OVER = "handed_over"
    ASKED_BACK = "asked_back"
    NOT_CITED = "not_cited"
    SAYS_SOMETHING_ELSE = "says_something_else"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap. `article_id`: the public article it belongs to, None when nothing is near; `said_id`: the message of a
    person that most others agree with; `contradicted`: that message contradicts the article or the bot."""

    id: str
    status: GapStatus
    article_id: str | None
    said_id: int | None
    contradicted: bool
    found_at: str
    checked_at: str | None
    checked_generation: str | None
    closed_at: str | None
    closed_by: str | None
    reopened_at: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One wording, by its number; `failing` None when it passed the check of `checked_generation`, None: not yet
    checked."""

    number: int
    gap_id: str
    failing: Failing | None
    checked_generation: str | None

    @property
    def passed(self) -> bool:
        """True when the last check proved it answered."""
        return self.checked_generation is not None and self.failing is None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found of one wording."""

    number: int
    failing: Failing | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of one gap found on one generation; `wordings` with the most typical wording first."""

    gap_id: str
    generation: str
    article_id: str | None
    said_id: int | None
    contradicted: bool
    wordings: tuple[Checked, ...]

    @property
    def failing(self) -> tuple[Checked, ...]:
        """Those that do not pass."""
        return tuple(each for each in self.wordings if each.failing)


def every(tx: Connection, status: GapStatus | None = None, *, contradicted: bool = False) -> tuple[Gap, ...]:
    """All gaps, or those of one status, or those alone that are contradicted; oldest first."""
    query = select(gaps).order_by(gaps.c.found_at, gaps.c.id)
    query = query if status is None else query.where(gaps.c.status == status)
    rows = tx.execute(query.where(gaps.c.contradicted != 0) if contradicted else query).mappings()
    return tuple(Gap(**dict(row) | _typed(row["status"], row["contradicted"])) for row in rows)


def load(tx: Connection, gap_id: str) -> Gap:
    """The gap; NotFound when there is none."""
    row = one_row(tx, select(gaps).where(gaps.c.id == gap_id), "There is no such gap.")
    return Gap(**dict(row) | _typed(row["status"], row["contradicted"]))


def count_open(tx: Connection, *, contradicted: bool = False) -> int:
    """How many are open, or of these contradicted."""
    query = select(func.count()).select_from(gaps).where(gaps.c.status == GapStatus.OPEN)
    return int(tx.execute(query.where(gaps.c.contradicted != 0) if contradicted else query).scalar_one())


def members(tx: Connection, gap_id: str | None = None) -> tuple[Member, ...]:
    """The wordings of one gap, the most typical first; None: of all gaps."""
    found = []
    for kind in _KINDS:
        query = select(kind.table) if gap_id is None else select(kind.table).where(kind.table.c.gap_id == gap_id)
        for row in tx.execute(query).mappings():
            failing = Failing(row["failing"]) if row["failing"] else None
            member = Member(kind.sign * row[kind.key.name], row["gap_id"], failing, row["checked_generation"])
            found.append((member.gap_id, row["rank"], member.number, member))
    return tuple(member for _, _, _, member in sorted(found, key=lambda each: each[:3]))


def open_gap(tx: Connection, numbers: Sequence[int]) -> str:
    """A new gap of these wordings; its id, after the oldest message, else the oldest search. Done twice at once, it is
    done once."""
    said, searched = [each for each in numbers if each > 0], [-each for each in numbers if each < 0]
    gap_id = f"gap-{min(said)}" if said else f"gap-s{min(searched)}"
    values = {"id": gap_id, "status": GapStatus.OPEN, "contradicted": 0, "found_at": clock.now()}
    insert_once(tx, gaps, values, "id")
    join(tx, gap_id, numbers)
    return gap_id


def join(tx: Connection, gap_id: str, numbers: Sequence[int]) -> None:
    """Add wordings, after those that it has; one that is in a gap already stays there, one that is erased nowhere."""
    for kind in _KINDS:
        ids = [abs(number) for number in numbers if number * kind.sign > 0]
        there = tx.execute(select(kind.said.c.id).where(kind.said.c.id.in_(ids)).order_by(kind.said.c.id))
        for said_id in there.scalars().all():
            insert_once(tx, kind.table, {kind.key.name: said_id, "gap_id": gap_id, "rank": said_id}, kind.key.name)


def record(tx: Connection, found: Finding) -> Gap:
    """Keep what a check found; a closed gap is not touched otherwise."""
    for rank, checked in enumerate(found.wordings):
        kind = next(each for each in _KINDS if each.sign * checked.number > 0)
        tx.execute(
            update(kind.table)
            .where(kind.key == abs(checked.number))
            .values(failing=checked.failing, checked_generation=found.generation, rank=rank)
        )
    return _change(
        tx,
        found.gap_id,
        article_id=found.article_id,
        said_id=found.said_id,
        contradicted=int(found.contradicted),
        checked_at=clock.now(),
        checked_generation=found.generation,
    )


def close(tx: Connection, gap_id: str, by: str, status: GapStatus = GapStatus.CLOSED) -> Gap:
    """Mark it closed by this person, or dismissed; whether it may be is known before."""
    return _change(tx, gap_id, status=status, closed_at=clock.now(), closed_by=by)


def reopen(tx: Connection, gap_id: str) -> Gap:
    """Mark it open again."""
    return _change(tx, gap_id, status=GapStatus.OPEN, closed_at=None, closed_by=None, reopened_at=clock.now())


def _change(tx: Connection, gap_id: str, **values: str | int | None) -> Gap:
    tx.execute(update(gaps).where(gaps.c.id == gap_id).values(**values))
    return load(tx, gap_id)


def _typed(status: str, contradicted: int) -> dict[str, GapStatus | bool]:
    return {"status": GapStatus(status), "contradicted": bool(contradicted)}
