"""Owns what is due to be looked at again, by the harm it does: overdue or long untouched.

How often it answers customers is weighed with all findings in `health`. Refuses articles without a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind

UNTOUCHED_DAYS = 730
_WORST_OVERDUE_DAYS = 365


def stale(article: Article, today: date) -> Iterator[Finding]:
    """A finding for an article past its review date, or without one and untouched for UNTOUCHED_DAYS."""
    if article.review_by is not None:
        late = (today - article.review_by).days
        if late > 0:
            why = f"was to be reviewed by {article.review_by}, {_counted(late, 'day')} ago"
            yield _finding(article, why, 0.3 + 0.7 * min(1.0, late / _WORST_OVERDUE_DAYS))
    elif article.updated_at is not None and (age := (today - article.updated_at).days) > UNTOUCHED_DAYS:
        why = f"was last touched on {article.updated_at}, {_counted(age // 365, 'year')} ago, and has no `review_by`"
        yield _finding(article, why, min(1.0, 0.2 + age / 3650))


def _finding(article: Article, why: str, degree: float) -> Finding:
    todo = "check it against what is true today, then set `updated_at` and `review_by`"
    return Finding(FindingKind.STALE, article.id, article.source, why, todo, degree=degree)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number != 1 else ''}"
