"""Owns what became of a manuscript: its kept texts, and every act with who did it. Refuses to change or drop either."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from bot.desk.accounts import Account
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.manuscript_tables import manuscript_acts, revisions
from bot.storage.one_row import one_row

BY_CLOCK = "the clock"
BY_FOLDER = "the folder"
BY_TERMINAL = "the terminal"


class Kept(StrEnum):
    """Why a text was kept."""

    TAKEN_IN = "taken_in"
    WRITTEN_OVER = "written_over"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DISCARDED = "discarded"


class Deed(StrEnum):
    """What somebody did."""

    CREATED = "created"
    TAKEN_IN = "taken_in"
    EDITED = "edited"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    DISCARDED = "discarded"
    BROUGHT_BACK = "brought_back"
    IMPACT_ASKED = "impact_asked"
    PUBLISH_ASKED = "publish_asked"
    ARCHIVE_ASKED = "archive_asked"
    EXPIRY_SET = "expiry_set"
    OVERRIDDEN = "overridden"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Revision:
    """A text as it was; `by` is a name."""

    id: int
    manuscript_id: str
    text: str
    why: Kept
    by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Act:
    """One deed; `by` is a name, of a person or of what did it by itself."""

    deed: Deed
    by: str
    detail: str
    created_at: str


def keep(tx: Connection, manuscript_id: str, text: str, why: Kept, by: str) -> int:
    """Keep a text for good; its number."""
    values = {"manuscript_id": manuscript_id, "text": text, "why": why, "by": by, "created_at": clock.now()}
    return int(tx.execute(insert(revisions).values(values).returning(revisions.c.id)).scalar_one())


def record(tx: Connection, manuscript_id: str, deed: Deed, by: Account | str, detail: str = "") -> None:
    """Write down an act in the transaction that does it."""
    account = by if isinstance(by, Account) else None
    values = {
        "manuscript_id": manuscript_id,
        "deed": deed,
        "by": by.name if isinstance(by, Account) else by,
        "account_id": account.id if account else None,
        "detail": storable(detail),
        "created_at": clock.now(),
    }
    tx.execute(insert(manuscript_acts).values(values))


def revision(tx: Connection, manuscript_id: str, revision_id: int) -> Revision:
    """One kept text of this manuscript; NotFound."""
    query = select(revisions).where(revisions.c.manuscript_id == manuscript_id, revisions.c.id == revision_id)
    row = one_row(tx, query, "This version of the article is not kept.")
    return Revision(**dict(row) | {"why": Kept(row["why"])})


def texts_of(tx: Connection, numbers: Collection[int]) -> Mapping[int, str]:
    """The kept texts with these numbers."""
    rows = tx.execute(select(revisions.c.id, revisions.c.text).where(revisions.c.id.in_(numbers)))
    return {row.id: row.text for row in rows}


def revisions_of(tx: Connection, manuscript_id: str) -> tuple[Revision, ...]:
    """Every kept text, newest first."""
    query = select(revisions).where(revisions.c.manuscript_id == manuscript_id).order_by(revisions.c.id.desc())
    return tuple(Revision(**dict(row) | {"why": Kept(row["why"])}) for row in tx.execute(query).mappings())


def acts_of(tx: Connection, manuscript_id: str) -> tuple[Act, ...]:
    """Who did what and when, newest first."""
    query = select(manuscript_acts).where(manuscript_acts.c.manuscript_id == manuscript_id)
    rows = tx.execute(query.order_by(manuscript_acts.c.id.desc()))
    return tuple(Act(Deed(row.deed), row.by, row.detail, row.created_at) for row in rows)
