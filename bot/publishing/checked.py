"""Owns what is wrong with a manuscript as its author is told while writing: what a build says, and links to no article
in service. Refuses to hold anything up for it: orders.py does that by what a build would leave out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from bot.publishing.reader import BODY, Finding, Read
from bot.publishing.workbench import Workbench
from kb_ingest.checks.links import LinkTargets, leads_nowhere

_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with the words of the line in the text that it is about, "" where it is about none."""

    finding: Finding
    excerpt: str

    @property
    def sentence(self) -> str:
        """Both: whoever writes sees no line numbers."""
        return f"“{self.excerpt}”: {self.finding.message}" if self.excerpt else self.finding.message


def told(bench: Workbench, found: Read) -> tuple[Told, ...]:
    """Everything there is to say of the text."""
    lines = found.text.splitlines()
    return tuple(Told(each, _excerpt(each, lines)) for each in (*found.findings, *_dead_links(bench, found)))


def _dead_links(bench: Workbench, found: Read) -> Iterator[Finding]:
    article = found.article
    if article is None or not article.links:
        return
    known = LinkTargets((*bench.live.current().articles.values(), article))
    for link in article.links:
        if known.is_dead(article, link):
            yield Finding(BODY, link.line or None, f"{leads_nowhere(link)}: correct the link or remove it.", False)


def _excerpt(finding: Finding, lines: list[str]) -> str:
    if finding.place != BODY or finding.line is None or finding.line > len(lines):
        return ""
    return textwrap.shorten(lines[finding.line - 1], _EXCERPT, placeholder=" …")
