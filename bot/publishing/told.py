"""Owns contradictions that the gate told of and that were published all the same, as findings of the health report.

Refuses a second judgement: the gate holds few statements against the base and sees more than a look at every pair can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from bot.casebook.plain_text import shows
from bot.publishing.impact import Contradiction, Kind, Progress, Result
from bot.storage.manuscript_tables import impacts
from bot.storage.record import decode
from kb_ingest.article import Article
from kb_ingest.checks.contradictions import finding_of
from kb_ingest.checks.finding import Finding
from kb_ingest.statements.opposed import OF_AN_EDIT

NEWEST = 500
"""Looks that are read: what was told longer ago was mended, or looked at again since."""


def contradictions(tx: Connection, articles: Mapping[str, Article]) -> tuple[Finding, ...]:
    """One a pair of articles of which both statements still stand, as told last."""
    found: dict[frozenset[str], Finding] = {}
    for each in _told(tx):
        if _says(articles, each.article, each.said) and _says(articles, each.other, each.elsewhere):
            finding = finding_of(
                articles[each.article], each.said, each.other, each.elsewhere, each.differs, OF_AN_EDIT.figures
            )
            found.setdefault(frozenset((each.article, each.other)), finding)
    return tuple(found.values())


def _told(tx: Connection) -> Iterator[Contradiction]:
    done = (impacts.c.kind == Kind.PUBLISH) & (impacts.c.state == Progress.DONE)
    query = select(impacts.c.result).where(done).order_by(impacts.c.requested_at.desc()).limit(NEWEST)
    for result in tx.execute(query).scalars():
        yield from decode(Result, result).contradictions


def _says(articles: Mapping[str, Article], name: str, statement: str) -> bool:
    article = articles.get(name)
    return article is not None and shows(article.text, statement)
