"""Owns how the parts of an article name each other: what a part points at. Refuses to choose what is shown: see
selection.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answering.blocks import LISTED, Block, blocks_of
from kb_ingest.article import Article
from kb_ingest.units import UnitKind

EXCEPTION = re.compile(
    r"(however|except|exceptions?|unless|but|note|important|only|this does not|it does not|otherwise)\b", re.IGNORECASE
)
AHEAD = re.compile(
    r"\b(below ?([.:,;!?]|$)|as follows|following|in (this|that) order|in order ?[.:]|from top to bottom"
    r"|here( ?[.:]| is\b| are\b)|(the|this) (table|list|line)s? (below|for|of|that|shows|tells))",
    re.IGNORECASE,
)
"""A sentence that says nothing without the list, table or procedure that comes next."""
INTO_TABLE = re.compile(r"\b(depends? on|look up|find (your|the))\b", re.IGNORECASE)
"""A sentence that says nothing without the table that comes next."""
STEPS = re.compile(r"\bsteps? (below|\d)", re.IGNORECASE)
"""Words that say nothing without the procedure of the article."""


def pointed_at(article: Article, block: Block) -> Iterator[Block]:
    """The blocks without which this one only announces."""
    blocks = blocks_of(article)
    at = blocks.index(block)
    text = article.text[block.start : block.end]
    if block.kind is UnitKind.PARAGRAPH and at + 1 < len(blocks) and _announces(text, block.headings, blocks[at + 1]):
        yield blocks[at + 1]
    if block.kind is not UnitKind.STEP and STEPS.search(text):
        steps = [other for other in blocks if other.kind is UnitKind.STEP]
        yield from sorted(steps, key=lambda other: abs(blocks.index(other) - at))[:1]


def _announces(text: str, headings: Sequence[str], following: Block) -> bool:
    if text.endswith(":") and following.headings == headings:
        return True
    into = following.kind is UnitKind.ROW and INTO_TABLE.search(text)
    return following.kind in LISTED and bool(text.endswith(":") or into or AHEAD.search(text))
