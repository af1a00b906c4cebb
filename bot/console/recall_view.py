"""Owns what the recall page shows: each change once, with the chats in which the old text was told.

Refuses to change anything: the page calls /v1 for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.api.recalls import MOST
from bot.recall.change import Change
from bot.recall.findings import Finding, find
from bot.retrieval.live_index import LiveIndex


@dataclass(frozen=True, slots=True)
class Changed:
    """One span that changed, and the findings of it."""

    title: str
    article_id: str
    change: Change
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> str:
        """For one click on all of them."""
        return _ids(self.findings)


@dataclass(frozen=True, slots=True)
class RecallView:
    """The first MOST findings by change, the change most were told first; `waiting` counts all there are."""

    changes: tuple[Changed, ...]
    shown: int
    waiting: int
    ids: str


def look(tx: Connection, live: LiveIndex) -> RecallView:
    """What there is to put right now."""
    found = find(tx, live)
    shown = found[:MOST]
    by_span: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in shown:
        key = (finding.telling.article_id, finding.span, finding.change.why)
        by_span.setdefault(key, []).append(finding)
    changes = sorted((_changed(findings) for findings in by_span.values()), key=lambda each: -len(each.findings))
    return RecallView(tuple(changes), len(shown), len(found), _ids(shown))


def _changed(findings: Sequence[Finding]) -> Changed:
    first = findings[0]
    return Changed(first.telling.title, first.telling.article_id, first.change, tuple(findings))


def _ids(findings: Sequence[Finding]) -> str:
    return " ".join(finding.id for finding in findings)
