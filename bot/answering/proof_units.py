"""Owns what a cited span consists of for the proof: its sentences, list items and rows, and which need which.

Refuses to judge a rewrite. A unit is the smallest piece that a rewritten sentence may stand on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answering.draft import Citation
from bot.answering.proof_lexicon import LIMITS
from bot.answering.proof_tokens import Kind, Part, Token, names_in, parts
from kb_ingest.cuts import sentences
from kb_ingest.units import Unit, UnitKind, units

MARKER = re.compile(r"^[ \t]*(?:[-*+•]|(?P<number>\d{1,3})[.)])[ \t]+")
_POINTS_BACK = re.compile(
    r"(?:it|its|this|that|these|those|they|their|them|then|there|otherwise|both|either|such|so|he|she)\b", re.I
)
_EXCEPTION = re.compile(r"(?:however|except|exceptions?|unless|but|note|important|only|otherwise|instead)\b", re.I)
_ITEMS = (UnitKind.STEP, UnitKind.BULLET)


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit of a source. `context` holds words a rewrite may add: of the title, the headings, a table's header.

    `needs` are the numbers of the pieces that must be told when this one is; `step` is the number it has in a list.
    """

    text: str
    kind: UnitKind
    parts: tuple[Part, ...]
    context: frozenset[Token]
    needs: frozenset[int]
    step: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A citation read for the proof."""

    number: int
    pieces: tuple[Piece, ...]
    names: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    kind: UnitKind
    group: int
    header: str = ""
    step: str = ""


@lru_cache(maxsize=1024)
def source_of(citation: Citation) -> Source:
    """The citation's span as pieces in its order."""
    names = names_in(f"{citation.title}\n{citation.quote}")
    raw = list(_raw(citation.quote))
    read = [parts(piece.text, names) for piece in raw]
    needs = [_needs(raw, read, at) for at in range(len(raw))]
    about = _words(parts(citation.title, names)) | _headings(citation.quote, names)
    pieces = tuple(
        Piece(piece.text, piece.kind, own, about | _words(parts(piece.header, names)), frozenset(need), piece.step)
        for piece, own, need in zip(raw, read, needs, strict=True)
    )
    return Source(citation.number, pieces, names, citation.quote)


def step_of(line: str) -> str:
    """The number a line has in a list; empty for any other line."""
    marker = MARKER.match(line)
    return (marker["number"] or "") if marker else ""


def sentence_texts(text: str) -> list[str]:
    """The sentences of one line. (Where a sentence ends with a short form, "can't.", the t is no initial.)"""
    marked = text.replace("'t.", "ʼt.").replace("’t.", "ʼt.")
    return [text[start:end] for start, end in sentences(marked, (0, len(marked)))]


def _raw(text: str) -> Iterator[_Raw]:
    group, before = 0, UnitKind.HEADING
    for unit in units(text):
        group += unit.kind is not before
        before = unit.kind
        yield from _split(text, unit, group)


def _split(text: str, unit: Unit, group: int) -> Iterator[_Raw]:
    if unit.kind is UnitKind.HEADING:
        return
    if unit.kind is UnitKind.ROW:
        yield from _rows(text[unit.start : unit.end], unit.header, group)
        return
    for line in text[unit.start : unit.end].split("\n"):
        said, step = MARKER.sub("", line).strip(), step_of(line)
        for sentence in sentence_texts(said) if said else ():
            yield _Raw(sentence, unit.kind, group, step=step)


def _rows(text: str, header: str, group: int) -> Iterator[_Raw]:
    lines = text.split("\n")
    if not header and len(lines) > 1:
        header = lines[0]
        yield _Raw(header.strip(), UnitKind.HEADING, group)
        lines = lines[2:]
    for line in lines:
        yield _Raw(line.strip(), UnitKind.ROW, group, header=header.split("\n")[0])


def _headings(text: str, names: frozenset[str]) -> frozenset[Token]:
    found = [unit.name for unit in units(text) if unit.kind is UnitKind.HEADING]
    return _words(parts("\n".join(found), names))


def _words(read: Sequence[Part]) -> frozenset[Token]:
    return frozenset(token for part in read for token in part if token.kind in (Kind.WORD, Kind.NAME))


def limiting(read: Sequence[Part]) -> bool:
    """True when the piece limits what is around it: a negation, a condition, a duty, a bound."""
    return any(token.kind is Kind.OPERATOR and token.value in LIMITS for part in read for token in part)


def _needs(raw: Sequence[_Raw], read: Sequence[tuple[Part, ...]], at: int) -> set[int]:
    """A list is told whole; what limits is always told; a word that points back brings what it points to."""
    own = raw[at]
    same = {n for n, other in enumerate(raw) if other.group == own.group}
    needs = same if own.kind in _ITEMS else set()
    needs |= {n for n, other in enumerate(raw) if other.kind is UnitKind.PARAGRAPH and _must_stay(other, read[n])}
    if at and (_POINTS_BACK.match(own.text) or _EXCEPTION.match(own.text)):
        needs.add(at - 1)
    if own.text.endswith(":"):
        needs |= {n for n, other in enumerate(raw) if other.group == own.group + 1 and other.kind in _ITEMS}
    return needs - {at}


def _must_stay(piece: _Raw, read: tuple[Part, ...]) -> bool:
    return limiting(read) or bool(_EXCEPTION.match(piece.text))
