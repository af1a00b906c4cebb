"""Owns the ledger as stored: gaps, the messages that belong to them, what the last check found.

Refuses to copy what a customer said: a wording is the number of its message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from bot.storage import clock
from bot.storage.knowledge_tables import gap_wordings, gaps
from bot.storage.once import insert_once
from bot.storage.one_row import one_row
from bot.storage.tables import messages


class GapStatus(StrEnum):
    """Whether the knowledge base still leaves it open."""

    OPEN = "open"
    CLOSED = "closed"


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
    """One wording, by its message; `failing` None when it passed the check of `checked_generation`, None: not yet
    checked."""

    message_id: int
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

    message_id: int
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


def every(tx: Connection, status: GapStatus | None = None) -> tuple[Gap, ...]:
    """All gaps, or those of one status, oldest first."""
    query = select(gaps).order_by(gaps.c.found_at, gaps.c.id)
    rows = tx.execute(query if status is None else query.where(gaps.c.status == status)).mappings()
    return tuple(Gap(**dict(row) | _typed(row["status"], row["contradicted"])) for row in rows)


def load(tx: Connection, gap_id: str) -> Gap:
    """The gap; NotFound when there is none."""
    row = one_row(tx, select(gaps).where(gaps.c.id == gap_id), "There is no such gap.")
    return Gap(**dict(row) | _typed(row["status"], row["contradicted"]))


def count_open(tx: Connection) -> int:
    """How many are open."""
    query = select(func.count()).select_from(gaps).where(gaps.c.status == GapStatus.OPEN)
    return int(tx.execute(query).scalar_one())


def members(tx: Connection, gap_id: str | None = None) -> tuple[Member, ...]:
    """The wordings of one gap, the most typical first; None: of all gaps."""
    query = select(gap_wordings)
    if gap_id is not None:
        query = query.where(gap_wordings.c.gap_id == gap_id)
    rows = tx.execute(query.order_by(gap_wordings.c.gap_id, gap_wordings.c.rank, gap_wordings.c.message_id))
    return tuple(
        Member(row.message_id, row.gap_id, Failing(row.failing) if row.failing else None, row.checked_generation)
        for row in rows
    )


def open_gap(tx: Connection, message_ids: Sequence[int]) -> str:
    """A new gap of these messages; its id, after the oldest of them. Done twice at once, it is done once."""
    gap_id = f"gap-{min(message_ids)}"
    values = {"id": gap_id, "status": GapStatus.OPEN, "contradicted": 0, "found_at": clock.now()}
    insert_once(tx, gaps, values, "id")
    join(tx, gap_id, message_ids)
    return gap_id


def join(tx: Connection, gap_id: str, message_ids: Sequence[int]) -> None:
    """Add wordings, after those that it has; one that is in a gap already stays there, one that is erased nowhere."""
    there = tx.execute(select(messages.c.id).where(messages.c.id.in_(message_ids)).order_by(messages.c.id))
    for message_id in there.scalars().all():
        values = {"message_id": message_id, "gap_id": gap_id, "rank": message_id}
        insert_once(tx, gap_wordings, values, "message_id")


def record(tx: Connection, found: Finding) -> Gap:
    """Keep what a check found; a closed gap is not touched otherwise."""
    for rank, checked in enumerate(found.wordings):
        tx.execute(
            update(gap_wordings)
            .where(gap_wordings.c.message_id == checked.message_id)
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


def close(tx: Connection, gap_id: str, by: str) -> Gap:
    """Mark it closed by this person; whether it may be is proven before."""
    return _change(tx, gap_id, status=GapStatus.CLOSED, closed_at=clock.now(), closed_by=by)


def reopen(tx: Connection, gap_id: str) -> Gap:
    """Mark it open again."""
    return _change(tx, gap_id, status=GapStatus.OPEN, closed_at=None, closed_by=None, reopened_at=clock.now())


def _change(tx: Connection, gap_id: str, **values: str | int | None) -> Gap:
    tx.execute(update(gaps).where(gaps.c.id == gap_id).values(**values))
    return load(tx, gap_id)


def _typed(status: str, contradicted: int) -> dict[str, GapStatus | bool]:
    return {"status": GapStatus(status), "contradicted": bool(contradicted)}
