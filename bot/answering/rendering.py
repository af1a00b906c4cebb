"""Owns turning an answer's Markdown into typed blocks a page builds nodes from. Refuses HTML in and out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from bot.answering.linked_words import Lead, within
from bot.answering.neighbours import joined
from kb_ingest.units import Unit, UnitKind, units

_MARKER = re.compile(r"(?:[-*+]|(?P<number>\d{1,4})[.)])[ \t]+")
_NESTED = re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE)
_INDENT = re.compile(r"\n[ \t]+")
_CELL_BREAK = re.compile(r"(?<!\\)\|")
_RULE_CELL = re.compile(r":?-+:?")
_FENCES = re.compile(r"\A[ \t]*(?:```|~~~)[^\n]*\n|\n[ \t]*(?:```|~~~)[ \t]*\Z")
_BULLET = "• "


class BlockType(StrEnum):
    """What a page shows it as."""

    PARAGRAPH = "p"
    HEADING = "h"
    BULLETS = "ul"
    STEPS = "ol"
    TABLE = "table"
    CODE = "pre"


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """One block of plain text: `text`, or `items` of a list, or `rows` of a table (the first is its head).

    `cite` is the number of the citation it stands in, `start` the first number of a list of steps, `leads` words that
    lead elsewhere.
    """

    type: BlockType
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    cite: int | None = None
    start: int | None = None
    leads: tuple[Lead, ...] = ()


class Quoted(Protocol):
    """A citation as far as rendering needs it."""

    @property
    def number(self) -> int:
        """The server's number, from 1."""
        ...

    @property
    def quote(self) -> str:
        """The cited words."""
        ...

    @property
    def leads(self) -> Sequence[Lead]:
        """Those of them that lead elsewhere."""
        ...


def render(text: str, citations: Sequence[Quoted] = (), leads: Sequence[Lead] = ()) -> tuple[ShownBlock, ...]:
    """The blocks of cleaned Markdown; a block whose words stand in a citation's quote carries its number and what of
    them leads elsewhere. `leads`: of the text of an article, which cites nothing."""
    return tuple(joined((_block(text, unit, citations, leads) for unit in units(text)), _continues, _merged))


def plain(text: str) -> tuple[ShownBlock, ...]:
    """What a person typed, as it is: one paragraph, line breaks kept."""
    return (ShownBlock(BlockType.PARAGRAPH, text),) if text else ()


def _block(text: str, unit: Unit, citations: Sequence[Quoted], leads: Sequence[Lead]) -> ShownBlock:
    raw = text[unit.start : unit.end]
    block = _SHOWN[unit.kind](raw, unit)
    cited = next((citation for citation in citations if raw.strip() in citation.quote), None)
    found = () if block.type in _LEADING_NOWHERE else within(cited.leads if cited else leads, raw)
    return replace(block, cite=cited.number if cited else None, leads=found)


def _heading(_raw: str, unit: Unit) -> ShownBlock:
    return ShownBlock(BlockType.HEADING, unit.name)


def _paragraph(raw: str, _unit: Unit) -> ShownBlock:
    return ShownBlock(BlockType.PARAGRAPH, raw)


def _code(raw: str, _unit: Unit) -> ShownBlock:
    return ShownBlock(BlockType.CODE, _FENCES.sub("", raw))


def _item(raw: str, unit: Unit) -> ShownBlock:
    marker = _MARKER.match(raw)
    number = marker["number"] if marker else None
    said = _INDENT.sub("\n", _NESTED.sub(_BULLET, raw[marker.end() if marker else 0 :]))
    if unit.kind is UnitKind.STEP:
        return ShownBlock(BlockType.STEPS, items=(said,), start=int(number or 1))
    return ShownBlock(BlockType.BULLETS, items=(said,))


def _table(raw: str, _unit: Unit) -> ShownBlock:
    cells = (_cells(line) for line in raw.split("\n"))
    rows = tuple(row for row in cells if not all(map(_RULE_CELL.fullmatch, row)))
    return ShownBlock(BlockType.TABLE, rows=rows) if rows else ShownBlock(BlockType.PARAGRAPH, raw)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_BREAK.split(inner))


_SHOWN = {
    UnitKind.HEADING: _heading,
    UnitKind.PARAGRAPH: _paragraph,
    UnitKind.STEP: _item,
    UnitKind.BULLET: _item,
    UnitKind.ROW: _table,
    UnitKind.CODE: _code,
}
_LEADING_NOWHERE = frozenset({BlockType.HEADING, BlockType.CODE})
_GROWING = frozenset({BlockType.BULLETS, BlockType.STEPS, BlockType.TABLE})


def _merged(held: ShownBlock, block: ShownBlock) -> ShownBlock:
    return replace(
        held, items=held.items + block.items, rows=held.rows + block.rows, leads=held.leads + block.leads
    )


def _continues(held: ShownBlock, block: ShownBlock) -> bool:
    """Neighbouring items become one list, neighbouring rows one table, as long as they cite the same."""
    grows = held.type is block.type and block.type in _GROWING and held.cite == block.cite
    follows = block.start is None or block.start == (held.start or 1) + len(held.items)
    return grows and follows
