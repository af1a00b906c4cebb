"""Owns what readers say does not help them: of those who said anything, too many. Refuses to guess what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind

LEAST = 3
"""Readers who say no: fewer may be chance, or one who clicks."""
SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Judged:
    """How many readers said that an article was useful, and that it was not."""

    useful: int = 0
    useless: int = 0

    @property
    def all(self) -> int:
        """Who said anything."""
        return self.useful + self.useless


def useless(article: Article, judged: Judged) -> Iterator[Finding]:
    """A finding for an article of which enough readers say no."""
    if judged.useless >= LEAST and judged.useless >= SHARE * judged.all:
        why = f"{judged.useless} of {judged.all} readers of the help centre said that it was not useful"
        todo = "read what they search for and ask next to it (gaps), and answer that first"
        yield Finding(
            FindingKind.NOT_USEFUL, article.id, article.source, why, todo, degree=judged.useless / judged.all
        )
