"""Owns the links of an article that lead elsewhere and may be followed, and where their words stand.

The cleaned text has the words of a link but not its place, so words that stand there twice lead nowhere: a wrong place
would be worse than none. Refuses all that checks/links.py does not let a reader follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb_ingest.article import Article
from kb_ingest.checks.links import may_be_followed


@dataclass(frozen=True, slots=True)
class Lead:
    """Words of a text and where they lead."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `address` is where they lead, None for plain words."""

    text: str
    address: str | None = None


def elsewhere(article: Article) -> tuple[Lead, ...]:
    """Every link of the article that leads elsewhere and may be followed, once, in its order."""
    leads = (Lead(link.text.strip(), link.target) for link in article.links if may_be_followed(link.target))
    return tuple(dict.fromkeys(lead for lead in leads if lead.words))


def placed(article: Article) -> tuple[Lead, ...]:
    """Those whose words stand in the text at one place only, the longest first."""
    found = (lead for lead in elsewhere(article) if article.text.count(lead.words) == 1)
    return tuple(sorted(found, key=lambda lead: -len(lead.words)))


def within(leads: Sequence[Lead], text: str) -> tuple[Lead, ...]:
    """Those whose words stand in `text`."""
    return tuple(lead for lead in leads if lead.words in text)


def pieces(text: str, leads: Sequence[Lead]) -> Iterator[Piece]:
    """`text` in pieces that together are all of it; words in other words lead nowhere, of two the longer one does."""
    addresses = {lead.words: lead.address for lead in leads}
    longest_first = sorted(addresses, key=len, reverse=True)
    words = re.compile("|".join(map(whole, longest_first))) if longest_first else None
    done = 0
    for found in words.finditer(text) if words else ():
        yield Piece(text[done : found.start()])
        yield Piece(found[0], addresses[found[0]])
        done = found.end()
    yield Piece(text[done:])


def whole(words: str) -> str:
    """A pattern of these words where they are no part of others."""
    return rf"(?<!\w){re.escape(words)}(?!\w)"
