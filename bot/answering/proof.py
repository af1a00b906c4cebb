"""Owns the proof: whether every sentence of an answer is supported by the span it cites, and nothing that limits it is
left out.

Works on words, not on meaning: what it cannot follow it does not pass. Refuses to repair or shorten an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.draft import Citation, Draft, Statement
from bot.answering.proof_lexicon import CONDITIONS, OPENINGS
from bot.answering.proof_match import says_the_same
from bot.answering.proof_surface import looks_right, speaks_right
from bot.answering.proof_tokens import Part, parts
from bot.answering.proof_units import MARKER, Piece, Source, limiting, sentence_texts, source_of, step_of
from kb_ingest.units import UnitKind

MAX_CHARS = 6000
_TIMES_LONGER = 2


class Finding(StrEnum):
    """Why an answer was not proven."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_SUCH_SOURCE = "no_such_source"
    MARKUP = "markup"
    SPEECH = "speech"
    UNSUPPORTED = "unsupported"
    OUT_OF_ORDER = "out_of_order"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of a source that a sentence of the answer tells."""

    source: int
    piece: int


def supported(statement: Statement, citations: Sequence[Citation]) -> tuple[Told, ...] | Finding:
    """The pieces that the statement's sentences tell, in its order; a Finding when one tells anything else."""
    citation = next((c for c in citations if c.number == statement.citation), None)
    if citation is None:
        return Finding.NO_SUCH_SOURCE
    source = source_of(citation)
    told: list[Told] = []
    for line in (line.strip() for line in statement.text.split("\n") if line.strip()):
        found = _line(line, source)
        if isinstance(found, Finding):
            return found
        told += [Told(source.number, piece) for piece in found]
    return tuple(told) if told else Finding.EMPTY


def finding(statements: Sequence[Statement], citations: Sequence[Citation]) -> Finding | None:
    """None when the answer is proven: all statements supported, in the source's order, nothing limiting left out."""
    most = min(MAX_CHARS, _TIMES_LONGER * sum(len(citation.quote) for citation in citations) + 200)
    if sum(len(statement.text) for statement in statements) > most:
        return Finding.TOO_LONG
    told: list[Told] = []
    for statement in statements:
        found = supported(statement, citations)
        if isinstance(found, Finding):
            return found
        told += found
    return _completeness(told, citations)


def proven(draft: Draft) -> bool:
    """Whether every statement of the draft is supported by the citation it names."""
    return finding(draft.statements, draft.citations) is None


def _completeness(told: Sequence[Told], citations: Sequence[Citation]) -> Finding | None:
    if not told:
        return Finding.EMPTY
    for source in map(source_of, citations):
        pieces = [one.piece for one in told if one.source == source.number]
        if pieces != sorted(set(pieces)):
            return Finding.OUT_OF_ORDER
        needed = frozenset[int]().union(*(source.pieces[at].needs for at in pieces))
        if not pieces or needed - set(pieces):
            return Finding.INCOMPLETE
    return None


def _line(line: str, source: Source) -> list[int] | Finding:
    """The pieces that one line tells; a table's line must stand in the source as it is."""
    if line.startswith("|"):
        return _row(line, source)
    said = MARKER.sub("", line)
    if not looks_right(said, source.text):
        return Finding.MARKUP
    if not speaks_right(said, source.text):
        return Finding.SPEECH
    told = _sentences(sentence_texts(said), source)
    if isinstance(told, Finding) or not told or step_of(line) in ("", source.pieces[told[0]].step):
        return told
    return Finding.OUT_OF_ORDER


def _sentences(said: list[str], source: Source) -> list[int] | Finding:
    """The pieces told by the sentences; two in a row may tell one piece that a semicolon divides."""
    told: list[int] = []
    while said:
        found, used = _sentence(said[0], source), 1
        if not found and len(said) > 1 and _half(said[0], source):
            found, used = _sentence("; ".join(said[:2]), source), 2
        if not found:
            return Finding.UNSUPPORTED
        told += found
        said = said[used:]
    return told


def _half(text: str, source: Source) -> bool:
    """May be half of a sentence: it says something, and no condition, which holds to the end of its sentence."""
    read = parts(text, source.names)
    return bool(read) and not any(token.value in CONDITIONS for part in read for token in part)


def _row(line: str, source: Source) -> list[int] | Finding:
    if set(line) <= set("|-: "):
        return []
    found = [at for at, piece in enumerate(source.pieces) if piece.text == line]
    return found[:1] or Finding.UNSUPPORTED


def _sentence(text: str, source: Source) -> list[int]:
    """The piece that says the same, or the two neighbours that together do; none when there is no such piece."""
    said = parts(OPENINGS.sub("", text), source.names)
    for at, piece in enumerate(source.pieces):
        if _same_text(text, piece.text) or (_asks_alike(text, piece) and _tells(said, piece)):
            return [at]
    return [] if "?" in text else next(_joined(said, source), [])


def _joined(said: Sequence[Part], source: Source) -> Iterator[list[int]]:
    """Two neighbouring pieces told in one sentence."""
    for at, (first, second) in enumerate(zip(source.pieces, source.pieces[1:], strict=False)):
        if limiting(first.parts) or limiting(second.parts):
            continue
        for cut in range(1, len(said)):
            if _tells(said[:cut], first) and _tells(said[cut:], second):
                yield [at, at + 1]


def _tells(said: Sequence[Part], piece: Piece) -> bool:
    """A table's header is shown as it stands or not at all."""
    return piece.kind is not UnitKind.HEADING and says_the_same(said, piece.parts, piece.context)


def _asks_alike(text: str, piece: Piece) -> bool:
    return ("?" in text) == ("?" in piece.text)


def _same_text(text: str, piece: str) -> bool:
    return " ".join(text.split()) == " ".join(piece.split())
