"""Owns the story of cleaning: published Markdown in, the text of an article out.

visible characters → code held aside → templates → HTML → blocks → title taken out → text

Refuses to do any step itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb_ingest.article import Link
from kb_ingest.cleaning.block import Block, Kind, written
from kb_ingest.cleaning.blocks import parse
from kb_ingest.cleaning.characters import visible
from kb_ingest.cleaning.code import hold_fences, hold_spans
from kb_ingest.cleaning.comments import strip_comments
from kb_ingest.cleaning.embedded_html import strip_html
from kb_ingest.cleaning.held import Shelf
from kb_ingest.cleaning.inline import Inline
from kb_ingest.cleaning.templates import strip_templates

_BLOCK_HTML = re.compile(r"<(?:div|p|table|ul|ol|details|section|center|h[1-6])\b", re.IGNORECASE)
RULES = "1"
"""Version of the cleaning rules: raise it when the same source would give another text."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text, the title found in it (`""` where none), its links and images, the hidden characters dropped."""

    text: str
    heading: str
    links: tuple[Link, ...]
    images: tuple[Link, ...]
    hidden: int


def clean(markdown: str, title: str = "") -> Cleaned:
    """Clean the Markdown of one article. A first heading that is its title moves from the text to
    `heading`.
    """
    source, hidden = visible(markdown)
    inline = Inline(Shelf())
    text = strip_comments(hold_fences(source, inline.shelf))
    text = strip_templates(hold_spans(text, inline.shelf))
    indented_code = _BLOCK_HTML.search(text) is None  # people indent their HTML
    text = inline.take_references(strip_html(text, inline.shelf))
    blocks = parse(text, inline, indented_code)
    heading, blocks = _without_title(blocks, title)
    return Cleaned(written(_levelled(blocks)), heading, tuple(inline.links), tuple(inline.images), hidden)


def plain_line(markdown: str) -> str:
    """A title or another single line without markup and hidden characters."""
    source, _ = visible(markdown)
    inline = Inline(Shelf())
    text = strip_templates(hold_spans(source, inline.shelf))
    return " ".join(inline.plain(strip_html(text, inline.shelf)).split())


def _without_title(blocks: Sequence[Block], title: str) -> tuple[str, list[Block]]:
    """The article's own H1, or a first line that repeats its title, is not part of its text."""
    wanted = _key(title)
    for number, block in enumerate(blocks[:3]):
        same = _key(block.text) == wanted and bool(wanted)
        if block.kind is Kind.HEADING:
            own = same if number or block.level > 1 else same or not _one_of_many(blocks, wanted)
        else:
            own = same and number == 0 and block.kind is Kind.PARAGRAPH
        if own:
            return block.text, [*blocks[:number], *blocks[number + 1 :]]
    return "", list(blocks)


def _one_of_many(blocks: Sequence[Block], wanted: str) -> bool:
    # Some authors write every section as an H1: then the first one is a section too, unless it is the title.
    return bool(wanted) and sum(block.kind is Kind.HEADING and block.level == 1 for block in blocks) > 1


def _levelled(blocks: Sequence[Block]) -> list[Block]:
    """Headings from level 2 on; where sections are H1, every level moves down by one."""
    top = any(block.kind is Kind.HEADING and block.level == 1 for block in blocks)
    return [
        replace(block, level=min(6, block.level + top)) if block.kind is Kind.HEADING else block for block in blocks
    ]


def _key(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
