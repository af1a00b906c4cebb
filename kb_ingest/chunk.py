"""Owns the cut of an article into passages: by heading, within two limits, with exact spans.

Refuses to cut inside a numbered step, a table row or a sentence; a single one longer than the limits is a passage of
its own (the embedder reads its beginning, the lexical side all of it).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb_ingest.article import Article
from kb_ingest.units import Unit, UnitKind, sentences, units

RULES = "headings/1"
"""Changes whenever the cut or the embedded text changes, so that old passages are not reused."""

_PATH_WORDS = 40


class TokenCounter(Protocol):
    """The two measures of a text."""

    def tokens(self, text: str) -> int:
        """o200k_base tokens."""
        ...

    def word_pieces(self, text: str) -> int:
        """The embedder's word pieces, its two frame tokens not counted."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """`tokens`: o200k_base tokens of a passage's own text. `word_pieces`: of the whole embedded text, frame included."""

    tokens: int = 160
    word_pieces: int = 256


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage: `text == article.text[start:end]`. `header`: the table header repeated for a table's later rows."""

    article_id: str
    article_version: str
    ordinal: int
    title: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    header: str = ""

    @property
    def id(self) -> str:
        return f"{self.article_id}@{self.article_version}#{self.ordinal}"

    @property
    def embedded_text(self) -> str:
        """What both search sides read: title › heading path, the table header if any, the passage."""
        return _embedded(self.title, self.heading_path, self.header, self.text)


def split(article: Article, limits: Limits, counter: TokenCounter) -> tuple[Chunk, ...]:
    """The passages of `article`, in order; each character outside headings and white space is in exactly one."""
    version = article.version
    spans = [
        (path, part)
        for path, section in _sections(article.text)
        for part in _parts(article, path, section, limits, counter)
    ]
    if not spans and article.text.strip():
        spans = [((), (Unit(UnitKind.PARAGRAPH, 0, len(article.text)),))]
    return tuple(
        Chunk(
            article.id, version, ordinal, article.title, path, part[0].start, part[-1].end,
            article.text[part[0].start : part[-1].end], part[0].header,
        )
        for ordinal, (path, part) in enumerate(spans)
    )  # fmt: skip


def _embedded(title: str, path: Sequence[str], header: str, body: str) -> str:
    words = " › ".join((title, *path)).split()
    return "\n".join(part for part in (" ".join(words[:_PATH_WORDS]), header, body) if part)


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], list[Unit]]]:
    """Each heading's own units with the path of headings above them."""
    path: list[Unit] = []
    section: list[Unit] = []
    for unit in units(text):
        if unit.kind is not UnitKind.HEADING:
            section.append(unit)
            continue
        yield tuple(heading.name for heading in path), section
        path = [heading for heading in path if heading.level < unit.level] + [unit]
        section = []
    yield tuple(heading.name for heading in path), section


def _parts(
    article: Article, path: tuple[str, ...], section: list[Unit], limits: Limits, counter: TokenCounter
) -> Iterator[tuple[Unit, ...]]:
    """`section` grouped into parts within the limits and of similar size."""
    scale = _Scale(article, path, limits, counter)
    pieces = [piece for unit in section for piece in scale.divided(unit)]
    sizes = [scale.share(piece) for piece in pieces]
    aim = sum(sizes) / max(1, math.ceil(sum(sizes)))
    part: list[Unit] = []
    filled = 0.0
    for piece, size in zip(pieces, sizes, strict=True):
        if part and (filled + size + scale.header_share(part[0]) > 1 or filled >= aim):
            yield tuple(part)
            part, filled = [], 0.0
        part.append(piece)
        filled += size
    if part:
        yield tuple(part)


class _Scale:
    """Measures units of one section as a share of a passage: 1 is a full passage by the tighter limit."""

    def __init__(self, article: Article, path: tuple[str, ...], limits: Limits, counter: TokenCounter) -> None:
        self._text = article.text
        self._counter = counter
        self._tokens = limits.tokens
        frame = 2 + counter.word_pieces(_embedded(article.title, path, "", ""))
        self._pieces = max(limits.word_pieces - frame, 1)

    def share(self, unit: Unit) -> float:
        # One token more for the line break that joins it to its neighbour.
        return self._share(self._text[unit.start : unit.end], 1)

    def header_share(self, unit: Unit) -> float:
        """The repeated table header counts for the embedder only."""
        return self._counter.word_pieces(unit.header) / self._pieces if unit.header else 0.0

    def divided(self, unit: Unit) -> list[Unit]:
        """`unit` itself, or its sentences (code: lines) when it is too long and may be divided."""
        if self.share(unit) <= 1 or unit.kind in (UnitKind.ITEM, UnitKind.ROW):
            return [unit]
        if unit.kind is UnitKind.CODE:
            return [Unit(unit.kind, start, end) for start, end in self._lines(unit)]
        return [Unit(unit.kind, start, end) for start, end in sentences(self._text, unit.start, unit.end)]

    def _lines(self, unit: Unit) -> Iterator[tuple[int, int]]:
        start = unit.start
        for line in self._text[unit.start : unit.end].split("\n"):
            if line.strip():
                yield start, start + len(line)
            start += len(line) + 1

    def _share(self, text: str, extra: int) -> float:
        by_tokens = (self._counter.tokens(text) + extra) / self._tokens
        return max(by_tokens, self._counter.word_pieces(text) / self._pieces)
