"""Owns what the help centre was asked in vain, as wordings of gaps. Refuses who asked, and what can be recognised as
personal; a text counts once a day, however often somebody types it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, select

from bot.conversation.personal import without_personal
from bot.storage import clock
from bot.storage.knowledge_tables import searches
from bot.storage.once import insert_once
from kb_ingest.lexical import terms

KEPT_DAYS = 120
MOST_A_DAY = 500
"""Anybody may search: more than so many a day are no customers'."""
LEAST_TERMS = 2
"""Of one word nobody can tell what is wanted."""
_DATE = len("2026-11-28")


@dataclass(frozen=True, slots=True)
class Search:
    """One text that the help centre found nothing for. `number` is below zero: those of messages are above."""

    number: int
    text: str
    created_at: str


def keep(tx: Connection, query: str) -> bool:
    """Keep what was asked in vain; False when it says too little, was there today, or the day has had enough."""
    text, now = without_personal(query), clock.now()
    if len(set(terms(text))) < LEAST_TERMS:
        return False
    of_today = select(func.count()).select_from(searches).where(searches.c.day == now[:_DATE])
    if tx.execute(of_today).scalar_one() >= MOST_A_DAY:
        return False
    return insert_once(tx, searches, {"text": text, "day": now[:_DATE], "created_at": now}, "day", "text")


def since(tx: Connection, moment: str) -> tuple[Search, ...]:
    """Those kept from this moment on (UTC, ISO 8601), oldest first."""
    query = select(searches).where(searches.c.created_at >= moment).order_by(searches.c.id)
    return tuple(Search(-row.id, row.text, row.created_at) for row in tx.execute(query))


def of(tx: Connection, numbers: Iterable[int]) -> Mapping[int, Search]:
    """Those with these numbers, by number; those that are gone, and numbers of messages, are left out."""
    ids = [-number for number in numbers if number < 0]
    rows = tx.execute(select(searches).where(searches.c.id.in_(ids)).order_by(searches.c.id))
    return {-row.id: Search(-row.id, row.text, row.created_at) for row in rows}


def are_old(tx: Connection) -> bool:
    """Whether anything is older than KEPT_DAYS."""
    return tx.execute(select(searches.c.id).where(_old()).limit(1)).first() is not None


def forget_old(tx: Connection) -> int:
    """Remove what is older than KEPT_DAYS, with its place in gaps; how many."""
    return int(tx.execute(delete(searches).where(_old())).rowcount)


def _old() -> ColumnElement[bool]:
    return searches.c.created_at < clock.after(clock.now(), -KEPT_DAYS * 86_400)
