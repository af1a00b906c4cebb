"""Owns the blocks of a cleaned article and how they are written down; refuses to parse.

The grammar of an article's text: `## Heading` lines, paragraphs, `- ` bullets and `1. ` steps, tables as
`| a | b |` rows under a rule row, code indented by four. What belongs to a list item is indented under its
text:
two spaces under a bullet, three under a step (four from step 10 on). Blocks are separated by one blank line,
items of one list by none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    STEP = "step"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `indent`: columns before it; `level`: of a heading; `marker`: of an item, with its space."""

    kind: Kind
    text: str
    indent: int = 0
    level: int = 0
    marker: str = ""

    @property
    def is_item(self) -> bool:
        """Whether the block starts a list item."""
        return self.kind in (Kind.BULLET, Kind.STEP)


def written(blocks: Sequence[Block]) -> str:
    """The text of an article."""
    out: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            out.append("\n" if _same_list(before, block) else "\n\n")
        out.append(_written(block))
        before = block
    return "".join(out)


def _same_list(before: Block, block: Block) -> bool:
    if not block.is_item or not (before.is_item or before.indent > block.indent):
        return False
    return before.kind == block.kind or before.indent != block.indent or not before.is_item


def _written(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return f"{'#' * block.level} {block.text}"
    first = " " * block.indent + block.marker
    rest = " " * (block.indent + len(block.marker) + (4 if block.kind is Kind.CODE else 0))
    lines = block.text.split("\n")
    if block.kind is Kind.CODE:
        first = rest
    written_lines = [first + lines[0], *(rest + line if line else "" for line in lines[1:])]
    return "\n".join(line.rstrip() for line in written_lines)
