"""Owns the story of a health report: articles → findings of every class → ordered, capped, counted.

Refuses detail: every class of finding is one module of `checks`. Knows of answers only the counts it is given.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb_ingest.article import Article, Status
from kb_ingest.checks.contradictions import contradictions
from kb_ingest.checks.coverage import Topic, coverage
from kb_ingest.checks.duplicate_sections import duplicate_sections
from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.headings import unanswered_headings
from kb_ingest.checks.images import unshown
from kb_ingest.checks.links import dead, leads_nowhere
from kb_ingest.checks.near_duplicates import repeated
from kb_ingest.checks.orphans import links_to, orphans
from kb_ingest.checks.page import Page, page_of
from kb_ingest.checks.pinned import pinned_twice
from kb_ingest.checks.readability import readability
from kb_ingest.checks.stale import stale
from kb_ingest.checks.useless import Judged, useless
from kb_ingest.checks.variants import missing_variants

_NOBODY: Mapping[str, Judged] = {}
MOST_OF_A_KIND = 25
"""Findings of one class that are listed; the rest is counted."""
HARM: Mapping[FindingKind, int] = {
    FindingKind.CONTRADICTION: 10,
    FindingKind.PINNED_TWICE: 8,
    FindingKind.MISSING_VARIANT: 7,
    FindingKind.DEAD_LINK: 6,
    FindingKind.UNANSWERED_HEADING: 6,
    FindingKind.NOT_USEFUL: 6,
    FindingKind.STALE: 5,
    FindingKind.NEAR_DUPLICATE: 5,
    FindingKind.DUPLICATE_SECTION: 3,
    FindingKind.ORPHAN: 3,
    FindingKind.HARD_TO_READ: 2,
    FindingKind.IMAGE: 2,
    FindingKind.LONG_SENTENCES: 1,
    FindingKind.WALL_OF_TEXT: 1,
}
EXPLAINED = (
    "Score = harm of the class (contradiction 10 … wall of text 1) × how bad this case is (up to 1) × how much the "
    "article is read: 1 + log2(1 + answers that cite it + articles that link to it) / 4."
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of a class there are, and how many of them are not listed."""

    kind: FindingKind
    found: int
    more: int


@dataclass(frozen=True, slots=True)
class Health:
    """The report: the findings most useful to mend first, a count per class, and the topics."""

    articles: int
    findings: tuple[Finding, ...]
    counts: tuple[Count, ...]
    topics: tuple[Topic, ...]


def examine(
    articles: Iterable[Article], today: date, cited: Mapping[str, int], most: int = MOST_OF_A_KIND,
    told: Iterable[Finding] = (), judged: Mapping[str, Judged] = _NOBODY,
) -> Health:  # fmt: skip
    """What to work on first. `cited`: article id → answers to customers that cite it; empty where nobody counts.

    `told`: contradictions that the gate found in what was published all the same. `judged`: what readers said.
    """
    shown = [article for article in articles if article.status is Status.PUBLISHED]
    linked = links_to(shown)
    read = {article.id: cited.get(article.id, 0) + linked.get(article.id, 0) for article in shown}
    scored = [_scored(finding, read) for finding in _findings(shown, linked, today, told, judged)]
    in_order = sorted(scored, key=lambda finding: (-finding.score, finding.kind, finding.article, finding.excerpt))
    found = Counter(finding.kind for finding in in_order)
    counts = tuple(Count(kind, found[kind], max(0, found[kind] - most)) for kind in FindingKind)
    return Health(len(shown), tuple(_capped(in_order, most)), counts, coverage(shown, cited))


def _findings(
    articles: Sequence[Article], linked: Mapping[str, int], today: date, told: Iterable[Finding],
    judged: Mapping[str, Judged],
) -> Iterator[Finding]:  # fmt: skip
    pages = [page_of(article) for article in articles]
    twins = list(repeated(articles))
    opposed = {frozenset((each.article, each.other)): each for each in (*told, *contradictions(articles))}
    yield from opposed.values()
    yield from pinned_twice(articles)
    yield from missing_variants(articles)
    yield from _dead_links(articles)
    yield from _near_duplicates(twins)
    yield from duplicate_sections(pages, (frozenset((one.id, other.id)) for one, other, _ in twins))
    yield from orphans(articles, linked)
    yield from unanswered_headings(pages)
    for page in pages:
        yield from _of_page(page, today)
        yield from useless(page.article, judged.get(page.article.id, Judged()))


def _of_page(page: Page, today: date) -> Iterator[Finding]:
    yield from stale(page.article, today)
    yield from unshown(page.article)
    yield from readability(page)


def _dead_links(articles: Sequence[Article]) -> Iterator[Finding]:
    for article, link in dead(articles):
        yield Finding(
            FindingKind.DEAD_LINK, article.id, article.source,
            leads_nowhere(link), "correct the link or remove it", excerpt=link.text, line=link.line or None,
        )  # fmt: skip


def _near_duplicates(twins: Iterable[tuple[Article, Article, float]]) -> Iterator[Finding]:
    for article, other, jaccard in twins:
        yield Finding(
            FindingKind.NEAR_DUPLICATE, article.id, article.source,
            f"{jaccard:.0%} the same as {other.id}", "merge them, or say in both what sets them apart",
            degree=jaccard, other=other.id,
        )  # fmt: skip


def _scored(finding: Finding, read: Mapping[str, int]) -> Finding:
    readers = read.get(finding.article, 0) + read.get(finding.other, 0)
    return replace(finding, score=round(HARM[finding.kind] * finding.degree * (1 + math.log2(1 + readers) / 4), 2))


def _capped(findings: Iterable[Finding], most: int) -> Iterator[Finding]:
    listed = defaultdict[FindingKind, int](int)
    for finding in findings:
        listed[finding.kind] += 1
        if listed[finding.kind] <= most:
            yield finding
