"""Owns the block structure of Markdown: headings, lists, steps, tables, code, paragraphs.

Lenient where CommonMark is strict, because help centres are: what is indented by two under an item belongs to
it, an image between two steps does not end the list. Refuses recursion: nesting is a stack, deep input is
only long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb_ingest.cleaning.block import Block, Kind
from kb_ingest.cleaning.code import defuse
from kb_ingest.cleaning.held import BLOCK_TOKEN
from kb_ingest.cleaning.images import ALONE
from kb_ingest.cleaning.inline import Inline
from kb_ingest.cleaning.tables import rows_from, table

_QUOTE = re.compile(r"( *)((?:> ?)+)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING_HASHES = re.compile(r"(?:^|(?<=[ \t]))#+$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_BREAK = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_ITEM = re.compile(r"([-*+•▪◦‣]|(\d{1,9})[.)])(?:([ \t]+)(.*)|$)")
_TASK = re.compile(r"\A\[[ xX]\][ \t]+")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]*_]*$")
_NEW_LINE_START = re.compile(r"[\"'“‘(*_]*(?:[A-Z0-9|]|[a-z][.)] )")
_LINE_BREAK = "\x05"
_DEEPEST = 12  # list levels written down; deeper items stay on the last one


@dataclass(slots=True)
class _Item:
    """An open list item: where its marker stands in the source, its number, where its content is written."""

    column: int
    number: int | None
    indent: int


@dataclass(slots=True)
class _Paragraph:
    lines: list[str]
    column: int
    marker: str | None = None
    number: int | None = None


@dataclass(slots=True)
class _Parser:
    inline: Inline
    indented_code: bool
    blocks: list[Block] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    open: _Paragraph | None = None
    quoted: bool = False
    code: list[str] = field(default_factory=list)

    def line(self, raw: str) -> None:
        column, text, quoted = _unquoted(raw.expandtabs(4))
        if quoted != self.quoted:
            self.flush()
            self.quoted = quoted
        if not text:
            self.flush()
            if self.code:
                self.code.append("")
        elif self._is_code(column):
            self.code.append(" " * (column - 4) + text)
        else:
            self._end_code()
            self._text(column, text)

    def _text(self, column: int, text: str) -> None:
        if match := BLOCK_TOKEN.fullmatch(text):
            self._held_code(column, self.inline.shelf.pieces[int(match[1])])
        elif self._underlines(column, text):
            self._heading(1 if text[0] == "=" else 2)
        elif _BREAK.match(text) and column < 4:
            self.flush()
        elif (match := _HEADING.match(text)) and not self._inside(column):
            self.flush()
            self.open = _Paragraph([_CLOSING_HASHES.sub("", (match[2] or "").rstrip())], column)
            self._heading(len(match[1]))
        elif (match := _ITEM.match(text)) and self._starts_item(match):
            self._item(column, match)
        elif self.open is not None:
            self.open.lines.append(text)
        else:
            self.open = _Paragraph([text.lstrip("# ") if text[0] == "#" and self.items else text], column)

    def _is_code(self, column: int) -> bool:
        return self.indented_code and column >= 4 and self.open is None and not self.items

    def _inside(self, column: int) -> bool:
        return bool(self.items) and column >= self.items[-1].column + 2

    def _underlines(self, column: int, text: str) -> bool:
        if self.open is None or self.open.marker is not None or column > 3 or len(self.open.lines) != 1:
            return False
        return _UNDERLINE.match(text) is not None and len(text) > 1

    def _starts_item(self, match: re.Match[str]) -> bool:
        if self.open is None or self.open.marker is not None or self.items:
            return True
        if match[2] is None:
            return match[4] is not None
        return match[2] == "1"  # a number at the start of a wrapped line is no step

    def _item(self, column: int, match: re.Match[str]) -> None:
        self.flush()
        text, number = match[4] or "", int(match[2]) if match[2] else None
        text = _TASK.sub("", text.lstrip("> ") if text.startswith(">") else text, count=1)
        nested = _ITEM.match(text) if len(self.items) < _DEEPEST else None
        self.open = _Paragraph([] if nested else [text], column, "" if number is None else ".", number)
        if nested and nested[4]:  # `- 1. text`: an item that starts with another one
            self.flush()
            self._item(column + len(match[1]) + len(match[3] or ""), nested)
        elif token := BLOCK_TOKEN.fullmatch(text):
            self.open.lines = []
            self.flush()
            self._held_code(column + 2, self.inline.shelf.pieces[int(token[1])])
        elif text.startswith("#"):
            self.open.lines = [text.lstrip("# ")]

    def _heading(self, level: int) -> None:
        words = " ".join(self._words().split())
        if words:
            self.items.clear()
            self.blocks.append(Block(Kind.HEADING, words, level=level))

    def _words(self) -> str:
        lines = self.open.lines if self.open else []
        self.open = None
        return self.inline.plain(_joined(lines)) if lines else ""

    def flush(self) -> None:
        """End the paragraph or item that is open."""
        if self.open is None:
            return
        paragraph = self.open
        is_image = ALONE.fullmatch(" ".join(paragraph.lines).strip()) is not None
        lines = [" ".join(line.split()) for line in self._words().replace(_LINE_BREAK, "\n").split("\n")]
        text = "\n".join(line for line in lines if line)
        if paragraph.marker is None:
            if text:
                if not is_image:
                    self._leave(paragraph.column)
                self.blocks.append(Block(Kind.PARAGRAPH, text.removeprefix(": "), self._indent()))
        else:
            self._write_item(paragraph, text)

    def _write_item(self, paragraph: _Paragraph, text: str) -> None:
        sibling = self._leave(paragraph.column)
        number = paragraph.number
        if number is not None and sibling is not None and sibling.number is not None and number <= sibling.number:
            number = sibling.number + 1
        marker = "- " if number is None else f"{number}. "
        indent = self._indent()
        if text or paragraph.lines == []:
            kind = Kind.BULLET if number is None else Kind.STEP
            self.blocks.append(Block(kind, text, indent, marker=marker))
        deeper = indent + len(marker) if len(self.items) < _DEEPEST else indent
        self.items.append(_Item(paragraph.column, number, deeper))

    def _leave(self, column: int) -> _Item | None:
        """Close the items that `column` does not belong to; the last one closed, where it is on this
        level.
        """
        left: _Item | None = None
        while self.items and column < self.items[-1].column + 2:
            left = self.items.pop()
        return left if left is not None and abs(left.column - column) <= 1 else None

    def _indent(self) -> int:
        return self.items[-1].indent if self.items else 0

    def _held_code(self, column: int, code: str) -> None:
        self.flush()
        self._leave(column)
        self.blocks.append(Block(Kind.CODE, defuse(code), self._indent()))

    def _end_code(self) -> None:
        code = "\n".join(self.code).strip("\n")
        self.code.clear()
        if code:
            self.blocks.append(Block(Kind.CODE, defuse(self.inline.shelf.put_back(code))))

    def table(self, lines: Sequence[str]) -> None:
        """Take the lines of a table, its rule row included."""
        self.flush()
        self._end_code()
        column, _, _ = _unquoted(lines[0].expandtabs(4))
        if text := table(lines, self.inline.plain):
            self._leave(column)
            self.blocks.append(Block(Kind.TABLE, text, self._indent()))

    def end(self) -> list[Block]:
        """All blocks, empty items left out."""
        self.flush()
        self._end_code()
        return [block for number, block in enumerate(self.blocks) if block.text or self._has_content(number)]

    def _has_content(self, number: int) -> bool:
        following = self.blocks[number + 1] if number + 1 < len(self.blocks) else None
        return following is not None and following.indent > self.blocks[number].indent


def parse(text: str, inline: Inline, indented_code: bool) -> list[Block]:
    """Blocks of Markdown without HTML. `indented_code`: whether four columns mean code."""
    parser = _Parser(inline, indented_code)
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        if rows := rows_from(lines, number):
            parser.table(lines[number : number + rows])
            number += rows
        else:
            parser.line(lines[number])
            number += 1
    return parser.end()


def _unquoted(line: str) -> tuple[int, str, bool]:
    """(column of the first character, text from there on with its trailing spaces, whether it is a
    quotation).
    """
    quote = _QUOTE.match(line)
    rest = line[quote.end() :] if quote else line
    text = rest.lstrip(" ")
    return (len(quote[1]) if quote else 0) + len(rest) - len(text), text, quote is not None


def _joined(lines: Sequence[str]) -> str:
    """One paragraph: wrapped lines are joined, hard breaks and lines that are sentences of their own stay."""
    out: list[str] = []
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            own = _SENTENCE_END.search(before.rstrip()[-6:]) and _NEW_LINE_START.match(line)
            hard = before.endswith(("  ", "\\")) or before.startswith("|")
            out.append(_LINE_BREAK if own or hard else " ")
        out.append(line.rstrip(" \\") if number + 1 < len(lines) else line.rstrip(" "))
    return "".join(out)
