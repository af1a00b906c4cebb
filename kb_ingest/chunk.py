"""Owns the cut of an article into passages: by heading, within two limits, with exact spans.

Refuses to cut inside a numbered step or a table row: one longer than the limits is a passage of its own (the
embedder reads its beginning, the lexical side all of it). Sentences stay whole unless a single one is over
the limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb_ingest.article import Article
from kb_ingest.cuts import Span, halves, is_step, items, lines, sentences
from kb_ingest.units import Unit, UnitKind, units

RULES = "headings/2"
"""Changes whenever the cut or the embedded text changes, so that old passages are not reused."""

_PATH_WORDS = 40
_PATH_CHARACTERS = 200
_FINER: Mapping[UnitKind, tuple[Callable[[str, Span], list[Span]], ...]] = {
    UnitKind.PARAGRAPH: (sentences,),
    UnitKind.BULLET: (items, sentences),
    UnitKind.STEP: (),
    UnitKind.CODE: (lines,),
}
"""What a unit that is too long is divided into, coarse to fine."""


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
    """`tokens`: o200k_base tokens of a passage's own text. `word_pieces`: of the embedded text and its
    frame.
    """

    tokens: int = 160
    word_pieces: int = 256


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage: `text == article.text[start:end]`. `header`: the header repeated for a table's later
    rows.
    """

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
    """The passages of `article`, in order; each character but headings and white space is in exactly one."""
    version = article.version
    spans = [
        (path, part)
        for path, section in _sections(article.text) or _headings_alone(article.text)
        for part in _parts(article, path, section, limits, counter)
    ]
    return tuple(
        Chunk(
            article.id, version, ordinal, article.title, path, part[0].start, part[-1].end,
            article.text[part[0].start : part[-1].end], part[0].header,
        )
        for ordinal, (path, part) in enumerate(spans)
    )  # fmt: skip


def _embedded(title: str, path: Sequence[str], header: str, body: str) -> str:
    words = " › ".join((title, *path)).split()
    above = " ".join(words[:_PATH_WORDS])[:_PATH_CHARACTERS]
    return "\n".join(part for part in (above, header, body) if part)


def _sections(text: str) -> list[tuple[tuple[str, ...], list[Unit]]]:
    """Each heading's own units, where it has any, with the path of headings above them."""
    path: list[Unit] = []
    found: list[tuple[tuple[str, ...], list[Unit]]] = []
    opened = False
    for unit in units(text):
        if unit.kind is UnitKind.HEADING:
            path = [heading for heading in path if heading.level < unit.level] + [unit]
            opened = False
        elif opened:
            found[-1][1].append(unit)
        else:
            found.append((tuple(heading.name for heading in path), [unit]))
            opened = True
    return found


def _headings_alone(text: str) -> list[tuple[tuple[str, ...], list[Unit]]]:
    """An article of nothing but headings says what its headings say."""
    return [((), [Unit(UnitKind.PARAGRAPH, unit.start, unit.end) for unit in units(text)])]


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

    def __init__(
        self, article: Article, path: tuple[str, ...], limits: Limits, counter: TokenCounter
    ) -> None:
        self._text = article.text
        self._counter = counter
        self._tokens = limits.tokens
        frame = 2 + counter.word_pieces(_embedded(article.title, path, "", ""))
        # A heading path in a script of one word piece per character must not leave the passage without room.
        self._pieces = max(limits.word_pieces - frame, limits.word_pieces // 4)

    def share(self, unit: Unit) -> float:
        # One token more for the line break that joins it to its neighbour.
        return self._share(self._text[unit.start : unit.end], 1)

    def header_share(self, unit: Unit) -> float:
        """The repeated table header counts for the embedder only."""
        return self._counter.word_pieces(unit.header) / self._pieces if unit.header else 0.0

    def divided(self, unit: Unit) -> list[Unit]:
        """`unit` itself, or its smaller pieces when it is too long and may be divided."""
        if unit.kind is UnitKind.ROW:
            return [unit]
        spans = [(unit.start, unit.end)]
        for cut in _FINER[unit.kind]:
            spans = [piece for span in spans for piece in self._cut(cut, span)]
        return [Unit(unit.kind, start, end) for span in spans for start, end in self._halved(span)]

    def _cut(self, cut: Callable[[str, Span], list[Span]], span: Span) -> list[Span]:
        return cut(self._text, span) if self._too_long(span) else [span]

    def _too_long(self, span: Span) -> bool:
        return not is_step(self._text, span) and self._share(self._text[slice(*span)], 1) > 1

    def _halved(self, span: Span) -> list[Span]:
        """A single sentence or line over the limits has to be cut somewhere."""
        if not self._too_long(span):
            return [span]
        return [piece for half in halves(self._text, span) for piece in self._halved(half)]

    def _share(self, text: str, extra: int) -> float:
        by_tokens = (self._counter.tokens(text) + extra) / self._tokens
        return max(by_tokens, self._counter.word_pieces(text) / self._pieces)
