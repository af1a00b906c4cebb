"""Owns PDF files. Runs in the child process. Refuses encrypted ones and those without text; pages have no
layout.
"""

from __future__ import annotations

import io
import re
import statistics
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from kb_ingest.article import ProblemKind
from kb_ingest.formats.raw import RawArticle, Reading, refused

_PAGE_LIMIT = 500
_TEXT_LIMIT = 5_000_000
_PARAGRAPH_GAP = 1.7  # line heights
_HEADING_GAP = 1.4  # between two lines of one heading
_HEADING_RATIO = 1.15  # of a line's font size to the usual one
_BULLET = re.compile(r"^[•▪◦‣●○∙·–]\s+")
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_BROKEN_WORD = re.compile(r"([^\W\d_]{2,})[-\u00ad\u2010]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MARKUP = re.compile(r"([\\`*_\[\]<>&#|~])")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    above: float = 0.0
    """Line heights from the line before."""


def read(data: bytes, source: str) -> Reading:
    """The one article of a PDF: larger lines become headings, running heads and page numbers go."""
    if b"%PDF-" not in data[:1024]:
        return refused(source, ProblemKind.UNREADABLE, "this is no PDF, whatever its name says")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return refused(source, ProblemKind.UNREADABLE, "the PDF is encrypted: save it without a password")
        pages = [_lines(page) for page in list(reader.pages)[:_PAGE_LIMIT]]
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except (
        PyPdfError, zlib.error, struct.error, KeyError, ValueError, AttributeError, TypeError, IndexError,
        EOFError,
        OSError, RuntimeError, NotImplementedError, AssertionError, ArithmeticError,
    ) as problem:  # fmt: skip
        return refused(
            source,
            ProblemKind.UNREADABLE,
            f"the PDF cannot be read ({type(problem).__name__}): save it again",
        )
    markdown = _markdown(_with_whole_words(_without_running_heads(pages)))
    if not markdown.strip():
        return refused(source, ProblemKind.EMPTY, "the PDF holds no text, perhaps scanned pages: run text recognition")
    return Reading((RawArticle(markdown[:_TEXT_LIMIT], source, source, title),))


@dataclass(slots=True)
class _Page:
    """Collects the lines of a page as pypdf walks over its pieces of text."""

    lines: list[_Line] = field(default_factory=list)
    text: str = ""
    size: float = 0.0
    place: float | None = None  # height on the page of the line before
    above: float = 0.0

    def take(self, piece: str, cm: Sequence[float], tm: Sequence[float], _font: object, font_size: float) -> None:
        for number, part in enumerate(piece.split("\n")):
            if number:
                self.end_line()
            if part.strip():
                size = round(abs(font_size or 0) * (abs(tm[3]) or abs(tm[1]) or 1), 1)
                if not self.text.strip():
                    self._space_above(tm[4] * cm[1] + tm[5] * cm[3] + cm[5], size)
                self.size = max(self.size, size)
            self.text += part

    def _space_above(self, place: float, size: float) -> None:
        # A gap of more than a line's height sets a paragraph off.
        self.above = (self.place - place) / size if self.place is not None and size else 0.0
        if self.above > _PARAGRAPH_GAP:
            self.lines.append(_Line("", 0.0))
        self.place = place

    def end_line(self) -> None:
        self.lines.append(_Line(self.text.strip(), self.size, self.above))
        self.text, self.size = "", 0.0


def _lines(page: PageObject) -> list[_Line]:
    collected = _Page()
    page.extract_text(visitor_text=collected.take)
    collected.end_line()
    return collected.lines


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    edges = Counter(_key(page[place].text) for page in pages for place in _edges(page))
    running = {key for key, count in edges.items() if len(pages) > 2 and count * 2 > len(pages)}
    kept: list[_Line] = []
    for page in pages:
        outer = _edges(page)
        kept += [
            line for place, line in enumerate(page)
            if place not in outer or not (_key(line.text) in running or _PAGE_NUMBER.match(line.text))
        ]  # fmt: skip
    return kept


def _edges(page: Sequence[_Line]) -> set[int]:
    """Where on a page its head and foot may stand: one line each, two on a page of many lines."""
    shown = [place for place, line in enumerate(page) if line.text]
    count = 2 if len(shown) >= 10 else 1
    return {*shown[:count], *shown[-count:]}


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _with_whole_words(lines: Sequence[_Line]) -> list[_Line]:
    """The lines with the words that were parted at a line's end put together."""
    known = Counter(_WORD.findall("\n".join(line.text for line in lines).lower()))
    out: list[_Line] = []
    for line in lines:
        broken = _BROKEN_WORD.search(out[-1].text) if out and out[-1].size == line.size else None
        rest = _WORD.match(line.text)
        if broken is None or rest is None or not line.text[0].islower():
            out.append(line)
            continue
        word, _, following = line.text.partition(" ")
        hyphen = "-" if _has_hyphen(broken[1].lower(), rest[0].lower(), known) else ""
        out[-1] = replace(out[-1], text=f"{out[-1].text[:-1]}{hyphen}{word}")
        if following:
            out.append(replace(line, text=following))
    return out


def _has_hyphen(first: str, second: str, known: Counter[str]) -> bool:
    """Whether the hyphen is the word's own: it stands so elsewhere, or its halves do and their sum does not."""
    both = known[first] > 1 and known[second] > 1 and not known[first + second]
    return known[f"{first}-{second}"] > 0 or both


def _markdown(lines: Sequence[_Line]) -> str:
    sizes = [line.size for line in lines if line.text and line.size for _ in range(len(line.text) // 20 + 1)]
    usual = statistics.median(sizes) if sizes else 0.0
    out: list[str] = []
    for number, line in enumerate(lines):
        text = _MARKUP.sub(r"\\\1", _BULLET.sub("", line.text))
        if not text:
            out.append("")
        elif _BULLET.match(line.text):
            out.append(f"- {text}")
        elif usual and line.size > usual * _HEADING_RATIO and len(text) < 150:
            same = number > 0 and lines[number - 1].size == line.size and line.above < _HEADING_GAP
            continues = same and out and out[-1].startswith("## ")
            out[-1:] = [f"{out[-1]} {text}"] if continues else [*out[-1:], "", f"## {text}"]
        else:
            out.append(text)
    return "\n".join(out)
