"""Owns the health report as JSON and as CSV for a spreadsheet. Refuses cells that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from kb_ingest.checks.finding import Finding
from kb_ingest.health import EXPLAINED, Health

COLUMNS = ("score", "kind", "article", "source", "line", "why", "todo", "other")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_object(health: Health) -> Mapping[str, object]:
    """The whole report in plain values."""
    return {
        "articles": health.articles,
        "order": EXPLAINED,
        "counts": {count.kind.value: {"found": count.found, "not_listed": count.more} for count in health.counts},
        "findings": [_cells(finding) for finding in health.findings],
        "topics": [asdict(topic) for topic in health.topics],
    }


def as_csv(findings: Iterable[Finding]) -> str:
    """One row a finding, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        writer.writerow([_harmless(value) for value in _cells(finding).values()])
    return text.getvalue()


def _cells(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in COLUMNS}


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else "" if value is None else value
