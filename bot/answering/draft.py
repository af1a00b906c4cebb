"""Owns the Draft: answer text in which every piece carries the span it came from. Refuses to judge it."""

from __future__ import annotations

from dataclasses import dataclass

from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of one article version: `quote == article.text[start:end]`; `number` is given by the server, from 1."""

    number: int
    article_id: str
    title: str
    version: str
    start: int
    end: int
    quote: str
    visibility: Visibility
    url: str | None = None
    updated_at: str | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of the answer (sentence, step list, table part) and the number of the citation that supports it."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before anyone decided to give it. `origin` tells how it was made."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    origin: str = "extractive"
    prompt_digest: str | None = None

    @property
    def text(self) -> str:
        """What the customer would read, Markdown."""
        return "\n\n".join(statement.text for statement in self.statements)
