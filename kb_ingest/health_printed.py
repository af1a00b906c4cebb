"""Owns the health report in the terminal: findings in order, totals per class, topics. Refuses to order or count."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb_ingest.checks.finding import Finding, stretches
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
    console.print(_told("        ", finding.why))
    console.print(_told("        → ", finding.todo))


def _told(before: str, sentence: str) -> Text:
    told = Text(before)
    for part in stretches(sentence):
        told.append(part.text, "bold" if part.as_written else None)
    return told


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
