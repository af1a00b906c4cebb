"""Owns whether two texts say opposite things of the same: another number, another date, a negation more.

Reads sentences as the proof reads them. Refuses what it cannot line up: sentences on different things never contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.proof_lexicon import NOT
from bot.answering.proof_tokens import Kind, Token, parts
from bot.answering.proof_units import sentence_texts

SAME_SUBJECT = 0.6
"""Share of the shorter sentence's words with weight that the other one has, from which both are on the same."""
FEWEST_WORDS = 3
"""Words in common, at least: two short sentences share one by chance."""
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MODEL = re.compile(rf"\b(?!(?:{_MONTHS})\b)([A-Z][a-z]+) (\d{{1,2}})\b(?![.,:]?\d|\s?%)(?! [a-z]+s\b)")
"""A name with a number ("Hub 2"): part of what the sentence is about, not a figure that it gives."""
CURRENCIES = "$€£"
NEGATIONS = frozenset({NOT, "NEVER", "NOTHING", "WITHOUT"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences that can not both be true, and what differs, as a person would name it."""

    said: str
    against: str
    differs: str


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    words: frozenset[str]
    models: frozenset[str]
    figures: frozenset[tuple[str, str]]
    negations: int


def contradiction(said: str, other: str) -> Contradiction | None:
    """The first sentence of `said` that contradicts one of `other`; None when none does."""
    against = list(_sentences(other))
    for one in _sentences(said):
        for two in against:
            if _same_subject(one, two) and (differs := _difference(one, two)):
                return Contradiction(one.text, two.text, differs)
    return None


def _sentences(text: str) -> Iterator[_Read]:
    for line in text.split("\n"):
        for sentence in sentence_texts(line.strip()):
            tokens = [token for part in parts(_MODEL.sub(r"\1", sentence), frozenset()) for token in part]
            if tokens:
                yield _read(sentence, tokens)


def _read(sentence: str, tokens: list[Token]) -> _Read:
    return _Read(
        text=sentence.strip(),
        words=frozenset(token.value for token in tokens if token.kind in (Kind.WORD, Kind.NAME)),
        models=frozenset(match[0] for match in _MODEL.finditer(sentence)),
        figures=frozenset((_unit(token), token.value) for token in tokens if token.kind is Kind.NUMBER),
        negations=sum(token.kind is Kind.OPERATOR and token.value in NEGATIONS for token in tokens),
    )


def _unit(token: Token) -> str:
    """What a number counts: its unit, or its currency."""
    return token.head or (token.value[0] if token.value[0] in CURRENCIES else "")


def _same_subject(one: _Read, two: _Read) -> bool:
    if one.models and two.models and one.models.isdisjoint(two.models):
        return False
    shared = len(one.words & two.words)
    return shared >= FEWEST_WORDS and shared >= SAME_SUBJECT * min(len(one.words), len(two.words))


def _difference(one: _Read, two: _Read) -> str:
    """Numbers of the same unit that each sentence has and the other has not, or a negation that only one has."""
    for unit in sorted({unit for unit, _ in one.figures} & {unit for unit, _ in two.figures}):
        ours, theirs = ({value for own, value in each.figures if own == unit} for each in (one, two))
        mine, yours = (", ".join(sorted(only)) for only in (ours - theirs, theirs - ours))
        if mine and yours:
            return f"{mine} against {yours}{'' if unit in CURRENCIES else f' {unit}'}"
    if (one.negations > 0) != (two.negations > 0):
        return "one says it is so, the other that it is not"
    return ""
