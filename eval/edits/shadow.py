"""Owns finding articles that stand in the way of others: nearly the same text, or first where another was right.

Refuses to say which of two should go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from eval.result import CaseResult
from kb_ingest.article import Article, Problem
from kb_ingest.checks.near_duplicates import near_duplicates


@dataclass(frozen=True, slots=True)
class Shadow:
    """A changed `article` that now leads where `right`, an expected article of these `cases`, did."""

    article: str
    right: str
    cases: tuple[str, ...]


def shadows(
    before: Mapping[str, CaseResult], now: Sequence[CaseResult], changed: Collection[str]
) -> tuple[Shadow, ...]:
    """Most cases first."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for new in now:
        old = before.get(new.id)
        if old is None or not old.ranked or not new.ranked:
            continue
        right, leads = old.ranked[0], new.ranked[0]
        if right in new.expected and leads in changed and leads not in new.expected:
            found[leads, right].append(new.id)
    rows = [Shadow(leads, right, tuple(sorted(ids))) for (leads, right), ids in found.items()]
    return tuple(sorted(rows, key=lambda row: (-len(row.cases), row.article, row.right)))


def repeats(articles: Sequence[Article], changed: Collection[str]) -> tuple[Problem, ...]:
    """The warnings of near-duplicates that a changed article has a part in."""
    sources = {article.source for article in articles if article.id in changed}
    return tuple(
        problem
        for problem in near_duplicates(articles)
        if problem.file in sources or any(f"{each} (" in problem.message for each in changed)
    )
