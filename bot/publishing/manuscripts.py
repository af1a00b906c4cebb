"""Owns the manuscript as stored: an article as its authors have it, whether it is in service or not. Refuses verbs:
see write.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, case, func, insert, or_, select, update

from bot.errors import BadRequest, Conflict
from bot.publishing.reader import Read
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.manuscript_tables import manuscripts, revisions
from bot.storage.one_row import one_row

MOST_LISTED = 1000
PER_PAGE = 30
LONGEST_PATH = 200
_TITLE_ORDER = (func.lower(manuscripts.c.title), manuscripts.c.id)
_BY_TITLE = select(manuscripts).order_by(*_TITLE_ORDER)


class State(StrEnum):
    """Where the text stands: being written, waiting for a reviewer, the same as in service, or taken out of service."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a list shows and filters, read from the text."""

    title: str
    area: str
    owner: str
    visibility: str
    review_by: str | None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """`text` is the whole file; `version` grows with each save; `live_revision` is in service, None: nothing is."""

    id: str
    article_id: str
    path: str
    state: State
    text: str
    version: int
    title: str
    area: str
    owner: str
    visibility: str
    review_by: str | None
    live_revision: int | None
    edited_by: str | None
    created_at: str
    updated_at: str

    @property
    def is_live(self) -> bool:
        """Whether customers have a version of it."""
        return self.live_revision is not None

    def having(self, facts: Facts) -> Manuscript:
        """The same with what its text says of itself."""
        return replace(self, **asdict(facts))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; `due` leaves only those whose review date has passed."""

    words: str = ""
    state: State | None = None
    owner: str = ""
    area: str = ""
    due: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list, which has `found` manuscripts on so many `pages`."""

    lines: tuple[Manuscript, ...]
    number: int
    pages: int
    found: int

    @property
    def first(self) -> int:
        """Which of those found stands first on it."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        """Which of those found stands last on it."""
        return self.first + len(self.lines) - 1


def article_id_of(path: str, found: Read) -> str:
    """The id a build gives the file."""
    return storable(found.field("id") or path)


def facts_of(path: str, found: Read) -> Facts:
    """The facts of a file, of one that has errors too."""
    article = found.article
    title = article.title if article else found.field("title") or path
    visibility = article.visibility.value if article else found.field("visibility")
    review_by = str(article.review_by) if article and article.review_by else None
    area, owner = storable(found.field("area")), storable(found.field("owner"))
    return Facts(storable(title), area, owner, storable(visibility), review_by)


def checked_path(path: str) -> str:
    """`area/name.md`, as a build reads it; BadRequest for anything else."""
    given = PurePosixPath(path)
    odd = any(not part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in given.parts)
    hidden = any(part.startswith(".") for part in given.parts)
    if odd or hidden or given.is_absolute() or given.suffix != ".md" or len(path) > LONGEST_PATH or str(given) != path:
        raise BadRequest("A file name is letters, digits, `-` and `_`, with folders before it, and ends in .md.")
    return path


def load(tx: Connection, manuscript_id: str) -> Manuscript:
    """The manuscript; NotFound when there is none."""
    row = one_row(tx, select(manuscripts).where(manuscripts.c.id == manuscript_id), "There is no such article.")
    return _from(row)


def of_article(tx: Connection, article_id: str) -> Manuscript | None:
    """The manuscript of an article, None when it is not kept here."""
    row = tx.execute(select(manuscripts).where(manuscripts.c.article_id == article_id)).mappings().first()
    return _from(row) if row is not None else None


def every(tx: Connection, wanted: Wanted | None = None) -> tuple[Manuscript, ...]:
    """All of them by title, or at most MOST_LISTED of those that are wanted, as on the pages."""
    return _read(tx, _BY_TITLE if wanted is None else _listed(wanted).limit(MOST_LISTED))


def leaf(tx: Connection, wanted: Wanted, number: int) -> Leaf:
    """One page of those that are wanted; the last one where there are not so many."""
    found = tx.execute(_narrowed(select(func.count()).select_from(manuscripts), wanted)).scalar_one()
    pages = max(1, -(-found // PER_PAGE))
    number = min(number, pages)
    query = _listed(wanted).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Leaf(_read(tx, query), number, pages, found)


def _read(tx: Connection, query: Select[Any]) -> tuple[Manuscript, ...]:
    return tuple(_from(row) for row in tx.execute(query).mappings())


def _listed(wanted: Wanted) -> Select[Any]:
    """Those whose title or id is what was typed, whose title says it, whose title has its words, the others; each by
    title."""
    query, words = _narrowed(_BY_TITLE, wanted), storable(wanted.words).split()
    if not words:
        return query
    title, typed = manuscripts.c.title, " ".join(words)
    same = [func.lower(column) == func.lower(typed) for column in (title, manuscripts.c.article_id)]
    has_words = and_(*(title.icontains(word, autoescape=True) for word in words))
    nearness = case((or_(*same), 0), (title.icontains(typed, autoescape=True), 1), (has_words, 2), else_=3)
    return query.order_by(None).order_by(nearness, *_TITLE_ORDER)


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    for name, value in (("state", wanted.state), ("owner", wanted.owner), ("area", wanted.area)):
        if value:
            query = query.where(manuscripts.c[name] == value)
    if wanted.due:
        query = query.where(manuscripts.c.review_by < clock.now()[:10])
    for word in storable(wanted.words).split():
        fits = [manuscripts.c[name].icontains(word, autoescape=True) for name in ("title", "article_id", "text")]
        query = query.where(or_(*fits))
    return query


def counts(tx: Connection, wanted: Wanted) -> Mapping[State, int]:
    """How many of those that are wanted stand in each state, whichever state is asked for."""
    query = select(manuscripts.c.state, func.count()).group_by(manuscripts.c.state)
    query = _narrowed(query, replace(wanted, state=None))
    found = {State(state): int(count) for state, count in tx.execute(query)}
    return {state: found.get(state, 0) for state in State}


def choices(tx: Connection, name: str) -> tuple[str, ...]:
    """Every owner or area there is."""
    column = manuscripts.c[name]
    return tuple(tx.execute(select(column).distinct().where(column != "").order_by(column)).scalars())


def article_ids(tx: Connection) -> frozenset[str]:
    """The ids of all articles that are kept here."""
    return frozenset(tx.execute(select(manuscripts.c.article_id)).scalars())


def in_service(tx: Connection) -> Mapping[str, str]:
    """Path → text of every article as customers have it."""
    query = select(manuscripts.c.path, revisions.c.text).join(revisions, revisions.c.id == manuscripts.c.live_revision)
    return {row.path: row.text for row in tx.execute(query.order_by(manuscripts.c.path))}


def retired(tx: Connection) -> Mapping[str, str]:
    """Path → text of every article that was taken out of service."""
    query = select(manuscripts.c.path, manuscripts.c.text).where(manuscripts.c.state == State.ARCHIVED)
    return {row.path: row.text for row in tx.execute(query)}


def add(tx: Connection, new: Manuscript) -> Manuscript:
    """Store a new one; Conflict when its id or file is taken."""
    taken = or_(manuscripts.c.article_id == new.article_id, manuscripts.c.path == new.path)
    if tx.execute(select(manuscripts.c.id).where(taken)).first() is not None:
        raise Conflict(f"There is an article with the id `{new.article_id}` or the file {new.path} already.")
    tx.execute(insert(manuscripts).values(_values(new)))
    return new


def store(tx: Connection, changed: Manuscript) -> Manuscript:
    """Write it over its row, with the next version."""
    return settle(tx, replace(changed, version=changed.version + 1))


def settle(tx: Connection, changed: Manuscript) -> Manuscript:
    """The same for what came into effect by itself: nobody's words changed, so whoever has it open may go on."""
    stored = replace(changed, updated_at=clock.now())
    tx.execute(update(manuscripts).where(manuscripts.c.id == stored.id).values(_values(stored)))
    return stored


def _values(manuscript: Manuscript) -> dict[str, Any]:
    return asdict(manuscript)


def _from(row: RowMapping) -> Manuscript:
    return Manuscript(**dict(row) | {"state": State(row["state"])})
