"""Owns which pages a customer who is handed over may look at meanwhile. Refuses to quote them: they answer nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.decision.outcome import Decision, HandOff, Reason
from bot.retrieval.passage import ArticleHit, SearchResult
from kb_ingest.article import Visibility

UNSURE = frozenset({Reason.FACT_MISSING, Reason.CANDIDATES_TIE, Reason.VARIANT_UNKNOWN})
"""Reasons with which nothing was wrong but that no article surely answers; what failed already is not shown again."""
MOST = 2
LIKELY = 0.2
"""Least confidence, and in NEAR the least cosine, for a page that is only pointed to: docs/decisions/0043."""
NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page, as a pointer: no word of it is shown."""

    article_id: str
    version: str
    title: str
    url: str | None = None


def pages(
    decision: Decision, confidence: float, result: SearchResult, categories: Collection[str]
) -> tuple[Page, ...]:
    """The best articles' pages, none where even the best is hardly about it; of sensitive topics only in these."""
    if not isinstance(decision, HandOff) or not (decision.reason in UNSURE or decision.category in categories):
        return ()
    if not result.hits or confidence < LIKELY or result.hits[0].dense < NEAR:
        return ()
    return tuple(_page(hit) for hit in result.hits[:MOST] if _for_the_customer(hit, result.question.language))


def _for_the_customer(hit: ArticleHit, language: str) -> bool:
    """Public whoever asked: a ticket of staff or of a program is read to a customer, too."""
    return hit.article.visibility is Visibility.PUBLIC and hit.article.locale.split("-")[0] == language


def _page(hit: ArticleHit) -> Page:
    article = hit.article
    return Page(article.id, article.version, article.title, article.url)
