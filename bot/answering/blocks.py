"""Owns the blocks of an article that are shown whole: paragraph, procedure with its steps, table. Refuses to rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answering.neighbours import joined
from kb_ingest.article import Article
from kb_ingest.cuts import sentences
from kb_ingest.units import Unit, UnitKind, units

LISTED = (UnitKind.STEP, UnitKind.BULLET, UnitKind.ROW)
"""Kinds of which several that follow each other are one block."""


@dataclass(frozen=True, slots=True)
class Block:
    """`article.text[start:end]`, of one kind; `pieces` are the spans inside it that can answer on their own."""

    kind: UnitKind
    start: int
    end: int
    headings: tuple[str, ...]
    pieces: tuple[tuple[int, int], ...]
    header: str = ""


@lru_cache(maxsize=8192)
def blocks_of(article: Article) -> tuple[Block, ...]:
    """The blocks in the article's order; items that follow each other are one list, rows one table."""
    return tuple(joined(placed(article.text), _continues, _merged))


def placed(text: str) -> Iterator[Block]:
    """The blocks of cleaned Markdown before neighbours are joined: each item and row is one."""
    path: list[tuple[int, str]] = []
    for unit in units(text):
        if unit.kind is UnitKind.HEADING:
            path = [entry for entry in path if entry[0] < unit.level] + [(unit.level, unit.name)]
            continue
        headings = tuple(name for _, name in path)
        yield Block(unit.kind, unit.start, unit.end, headings, _pieces(text, unit), _header(text, unit))


def _pieces(text: str, unit: Unit) -> tuple[tuple[int, int], ...]:
    if unit.kind is UnitKind.PARAGRAPH:
        return tuple(sentences(text, (unit.start, unit.end)))
    if unit.kind is UnitKind.ROW and not unit.header:
        # The first row's unit begins with the header rows; the piece is the row alone.
        start = text.rfind("\n", unit.start, unit.end) + 1
        return ((max(start, unit.start), unit.end),)
    return ((unit.start, unit.end),)


def _header(text: str, unit: Unit) -> str:
    if unit.kind is not UnitKind.ROW:
        return ""
    return unit.header or "\n".join(text[unit.start : unit.end].split("\n")[:2])


def _merged(held: Block, block: Block) -> Block:
    return replace(held, end=block.end, pieces=held.pieces + block.pieces)


def _continues(held: Block, block: Block) -> bool:
    listed = held.kind is block.kind and block.kind in LISTED
    return listed and held.headings == block.headings
