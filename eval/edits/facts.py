"""Owns the statements of an article as facts that can be compared: subject words, figures with their units, negations.

Reads with the reader of the proof; refuses to compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.answering.proof_tokens import Kind, Token, names_in, parts
from bot.answering.proof_units import MARKER, sentence_texts
from bot.gaps.contradiction import NEGATIONS
from kb_ingest.units import UnitKind, units


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence, list item or row. `figures`: values by unit ("" where none follows); `denials`: words that deny."""

    text: str
    words: frozenset[str]
    figures: Mapping[str, frozenset[str]]
    denials: int
    is_row: bool = False

    @property
    def key(self) -> tuple[frozenset[str], frozenset[tuple[str, frozenset[str]]], int]:
        """Equal for facts that say the same in these words."""
        return self.words, frozenset(self.figures.items()), self.denials


@lru_cache(maxsize=8192)
def facts_of(text: str) -> tuple[Fact, ...]:
    """The facts of an article's cleaned text, or of a passage of it, in order."""
    names = names_in(text)
    return tuple(fact for said, is_row in _said(text) if (fact := _fact(said, names, is_row)).words)


def _said(text: str) -> Iterator[tuple[str, bool]]:
    for unit in units(text):
        if unit.kind in (UnitKind.HEADING, UnitKind.CODE):
            continue
        for line in text[unit.start : unit.end].split("\n"):
            if unit.kind is UnitKind.ROW:
                yield line.strip(), True
            else:
                yield from ((sentence, False) for sentence in sentence_texts(MARKER.sub("", line).strip()))


def _fact(text: str, names: frozenset[str], is_row: bool) -> Fact:
    tokens = [token for part in parts(text, names) for token in part]
    figures: dict[str, set[str]] = defaultdict(set)
    for token in tokens:
        if token.kind is Kind.NUMBER and token.value != "–":
            figures[_unit(token)].add(_value(token))
    return Fact(
        text,
        words=frozenset(token.value for token in tokens if token.kind in (Kind.WORD, Kind.NAME)),
        figures={unit: frozenset(values) for unit, values in figures.items()},
        denials=sum(token.kind is Kind.OPERATOR and token.value in NEGATIONS for token in tokens),
        is_row=is_row,
    )


def _unit(token: Token) -> str:
    if token.value[:1] in "$€£":
        return token.value[0]
    return "%" if token.value.endswith("%") else token.head


def _value(token: Token) -> str:
    return token.value.strip("$€£%")
