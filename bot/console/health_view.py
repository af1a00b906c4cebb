"""Owns what the console shows of the health report: findings of one class or all, with titles and where to read on.

Refuses to make the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.access import PUBLIC_VISITOR
from bot.knowledge.health import Examined
from bot.retrieval.live_index import LiveIndex
from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.health import EXPLAINED, Health


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with its article's title; `address` of its public page, None for an internal one or the whole base."""

    finding: Finding
    title: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The page. `health` None while the report is being made; `more` findings of what is shown are not listed."""

    kind: FindingKind | None
    health: Health | None = None
    at: str = ""
    lines: tuple[Line, ...] = ()
    found: int = 0
    more: int = 0
    explained: str = EXPLAINED


def look(examined: Examined | None, live: LiveIndex, kind: FindingKind | None) -> Seen:
    """What somebody sees who asks for one class, or for all (None)."""
    if examined is None:
        return Seen(kind)
    health, articles = examined.health, live.current().articles
    lines = tuple(_line(finding, articles.get(finding.article)) for finding in of_kind(health.findings, kind))
    counts = [count for count in health.counts if kind in (None, count.kind)]
    found, more = sum(count.found for count in counts), sum(count.more for count in counts)
    return Seen(kind, health, examined.at, lines, found, more)


def of_kind(findings: Sequence[Finding], kind: FindingKind | None) -> tuple[Finding, ...]:
    """The findings of one class, in order; all without one."""
    return tuple(finding for finding in findings if kind in (None, finding.kind))


def _line(finding: Finding, article: Article | None) -> Line:
    public = article is not None and PUBLIC_VISITOR.may_see(article)
    title = article.title if article else finding.article or "The whole base"
    return Line(finding, title, f"/help/a/{finding.article}" if public else None)
