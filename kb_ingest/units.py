"""Owns the pieces of a cleaned article: headings, paragraphs and their sentences, list items, table rows,
code.

Every piece is a character span of the text; refuses to measure, group (`chunk`) or divide them (`cuts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t]*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]+\S")
_STEP = re.compile(r"[ \t]*\d{1,4}[.)][ \t]")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_RULE_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


class UnitKind(StrEnum):
    """What a unit is; HEADING units are never part of a passage."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    STEP = "step"
    BULLET = "bullet"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """`text[start:end]`. `level` and `name`: of a heading. `header`: the table's header rows, for later
    rows.
    """

    kind: UnitKind
    start: int
    end: int
    level: int = 0
    name: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indented(self) -> bool:
        return self.text[:1] in (" ", "\t")


def units(text: str) -> Iterator[Unit]:
    """The units of `text` in order. Together they hold every character that is not white space, once."""
    lines = list(_lines(text))
    at = 0
    while at < len(lines):
        if lines[at].blank:
            at += 1
            continue
        taken, found = _unit_at(lines, at)
        yield from found
        at += taken


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line)
        start += len(line) + 1


def _unit_at(lines: list[_Line], at: int) -> tuple[int, list[Unit]]:
    line = lines[at]
    heading = _HEADING.match(line.text)
    if heading:
        unit = Unit(UnitKind.HEADING, line.start, line.end, level=len(heading[1]), name=heading[2])
        return 1, [unit]
    if _FENCE.match(line.text):
        return _fenced(lines, at)
    if line.text.startswith("|"):
        return _table(lines, at)
    if _ITEM.match(line.text):
        return _item(lines, at)
    return _paragraph(lines, at)


def _span(kind: UnitKind, lines: list[_Line]) -> Unit:
    last = lines[-1]
    return Unit(kind, lines[0].start, last.start + len(last.text.rstrip()))


def _fenced(lines: list[_Line], at: int) -> tuple[int, list[Unit]]:
    size = 1 + _fence_size(lines, at)
    return size, [_span(UnitKind.CODE, _without_blank_tail(lines[at : at + size]))]


def _fence_size(lines: list[_Line], at: int) -> int:
    """How many lines follow the opening fence, its closing one included; an open fence runs to the end."""
    opening = _FENCE.match(lines[at].text)
    mark = opening[1] if opening else ""
    for size, line in enumerate(lines[at + 1 :], 1):
        if line.text.strip().startswith(mark):
            return size
    return len(lines) - at - 1


def _table(lines: list[_Line], at: int) -> tuple[int, list[Unit]]:
    rows = []
    for line in lines[at:]:
        if not line.text.startswith("|"):
            break
        rows.append(line)
    if len(rows) < 2 or not _RULE_ROW.match(rows[1].text):
        return len(rows), [_span(UnitKind.ROW, [row]) for row in rows]
    header = "\n".join(row.text.rstrip() for row in rows[:2])
    first = _span(UnitKind.ROW, rows[:3])
    later = [_span(UnitKind.ROW, [row]) for row in rows[3:]]
    return len(rows), [first, *(Unit(row.kind, row.start, row.end, header=header) for row in later)]


def _item(lines: list[_Line], at: int) -> tuple[int, list[Unit]]:
    """A list item with everything that belongs to it: continuations, sub-items, blank lines between them."""
    size = 1
    while at + size < len(lines):
        line = lines[at + size]
        if line.blank:
            following = _next_filled(lines, at + size)
            if following is None or not lines[following].indented:
                break
        elif not line.indented and _starts_block(line):
            break
        elif line.indented and _FENCE.match(line.text):
            size += _fence_size(lines, at + size)
        size += 1
    kind = UnitKind.STEP if _STEP.match(lines[at].text) else UnitKind.BULLET
    return size, [_span(kind, _without_blank_tail(lines[at : at + size]))]


def _paragraph(lines: list[_Line], at: int) -> tuple[int, list[Unit]]:
    size = 1
    while at + size < len(lines) and not lines[at + size].blank and not _starts_block(lines[at + size]):
        size += 1
    return size, [_span(UnitKind.PARAGRAPH, lines[at : at + size])]


def _starts_block(line: _Line) -> bool:
    text = line.text
    return bool(_HEADING.match(text) or _ITEM.match(text) or _FENCE.match(text) or text.startswith("|"))


def _next_filled(lines: list[_Line], at: int) -> int | None:
    return next((index for index in range(at, len(lines)) if not lines[index].blank), None)


def _without_blank_tail(lines: list[_Line]) -> list[_Line]:
    kept = list(lines)
    while kept and kept[-1].blank:
        kept.pop()
    return kept
