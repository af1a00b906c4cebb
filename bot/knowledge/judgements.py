"""Owns how many readers said of an article that it was useful, or not, by day. Refuses to know who: nothing about a
person is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select, update

from bot.storage import clock
from bot.storage.knowledge_tables import article_judgements as table
from bot.storage.once import insert_once
from kb_ingest.article import Article
from kb_ingest.checks.useless import Judged

DAYS = 90
"""How far back they count, and how long they are kept."""
_DATE = len("2026-11-28")


def count(tx: Connection, article_id: str, *, useful: bool) -> None:
    """One more reader said so today."""
    day = clock.now()[:_DATE]
    if insert_once(tx, table, {"article_id": article_id, "day": day, "useful": 0, "useless": 0}, "article_id", "day"):
        tx.execute(delete(table).where(table.c.day < _first_day()))
    column = table.c.useful if useful else table.c.useless
    here = (table.c.article_id == article_id) & (table.c.day == day)
    tx.execute(update(table).where(here).values({column: column + 1}))


def lately(tx: Connection, articles: Iterable[Article]) -> Mapping[str, Judged]:
    """Article id → what its readers said since it was changed, of late; none of whom nobody said anything."""
    since = {each.id: each.updated_at.isoformat() if each.updated_at else "" for each in articles}
    found: dict[str, Judged] = {}
    for row in tx.execute(select(table).where(table.c.day >= _first_day())):
        if row.article_id in since and row.day >= since[row.article_id]:
            held = found.get(row.article_id, Judged())
            found[row.article_id] = Judged(held.useful + row.useful, held.useless + row.useless)
    return found


def _first_day() -> str:
    return clock.after(clock.now(), -DAYS * 86_400)[:_DATE]
