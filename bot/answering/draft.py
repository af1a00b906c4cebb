"""Owns the Draft: answer text in which every piece carries the span it came from. Refuses to judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answering.linked_words import Lead
from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of one article version: `quote == article.text[start:end]`; `number` is given by the server, from 1,
    `leads` are those of the quoted words that lead elsewhere."""

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
    leads: tuple[Lead, ...] = ()


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


def joined(drafts: Sequence[Draft]) -> Draft:
    """One draft of several from different articles, each under its article's title, the citations numbered through."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    for draft in drafts:
        before = len(citations)
        citations += [replace(each, number=before + each.number) for each in draft.citations]
        numbered = [replace(each, citation=before + each.citation) for each in draft.statements]
        titled = f"## {draft.citations[0].title}\n\n{numbered[0].text}"
        statements += [replace(numbered[0], text=titled), *numbered[1:]]
    return replace(drafts[0], statements=tuple(statements), citations=tuple(citations))
