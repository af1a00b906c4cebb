"""Owns the health report in the terminal: findings in order, totals per class, topics. Refuses to order or count."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from kb_ingest.checks.finding import Finding
from kb_ingest.health import EXPLAINED, Health

_FIRST = 40
"""Findings that are printed; --json and --csv have all that are listed."""


def print_health(console: Console, health: Health) -> None:
    """The whole report."""
    found = sum(count.found for count in health.counts)
    console.print(f"{health.articles} articles, {found} findings, most useful first. {EXPLAINED}", highlight=False)
    for finding in health.findings[:_FIRST]:
        _print_finding(console, finding)
    if found > _FIRST:
        console.print(f"… and {found - min(_FIRST, len(health.findings))} more", highlight=False)
    console.print(_totals(health))
    console.print(_topics(health))


def _print_finding(console: Console, finding: Finding) -> None:
    place = finding.article or "the whole base"
    where = place if finding.line is None else f"{place} ({finding.source}:{finding.line})"
    kind = finding.kind.value.replace("_", " ")
    console.print(f"{finding.score:6.2f}  {kind}  {where}", markup=False, highlight=False)
    console.print(f"        {finding.why}\n        → {finding.todo}", markup=False, highlight=False)


def _totals(health: Health) -> Table:
    table = Table("class", "found", "not listed", title="Totals")
    for count in health.counts:
        table.add_row(count.kind.value.replace("_", " "), str(count.found), str(count.more or ""))
    return table


def _topics(health: Health) -> Table:
    table = Table("topic", "articles", "words", "questions", "unanswered", title="Coverage by topic")
    for topic in health.topics:
        table.add_row(topic.name, *map(str, (topic.articles, topic.words, topic.questions, topic.unanswered)))
    return table
