"""Owns the question as weighted terms, and where in the base they stand. Refuses vectors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.question import Question
from kb_ingest.lexical import LexicalIndex, terms

CODE = re.compile(r"(?=.*\d)(?=.*[a-z])")
"""A term with letters and digits: an error code, a model number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question's distinct terms with their idf, its codes, and the devices it names."""

    weights: Mapping[str, float]
    codes: tuple[str, ...]
    products: frozenset[str]

    @property
    def total(self) -> float:
        """The most that the weights can add up to; never 0."""
        return sum(self.weights.values()) or 1.0

    def coverage(self, lexical: LexicalIndex) -> NDArray[np.float32]:
        """Share of the terms that stand in each passage, by weight, shape (passages,)."""
        found = np.zeros(lexical.size, np.float32)
        for term, weight in self.weights.items():
            found[lexical.holders(term)] += weight
        return found / np.float32(self.total)

    def code_share(self, lexical: LexicalIndex) -> NDArray[np.float32]:
        """Share of the question's codes that stand in each passage, shape (passages,); 0 where it has none."""
        found = np.zeros(lexical.size, np.float32)
        for code in self.codes:
            found[lexical.holders(code)] += 1 / len(self.codes)
        return found

    def codes_in_title(self, title: str) -> float:
        """Share of the question's codes that stand in the title; 0 where it has none."""
        if not self.codes:
            return 0.0
        held = set(terms(title))
        return sum(code in held for code in self.codes) / len(self.codes)

    def share_in_title(self, title: str) -> float:
        """Share of the terms that stand in the title, by weight."""
        held = set(terms(title))
        return sum(weight for term, weight in self.weights.items() if term in held) / self.total


def codes_of(words: Iterable[str]) -> tuple[str, ...]:
    """The terms that are codes, in order."""
    return tuple(word for word in words if CODE.match(word))


def asked(question: Question, lexical: LexicalIndex) -> Asked:
    """What of the question is looked for."""
    weights = {term: lexical.idf(term) for term in terms(question.standalone)}
    return Asked(weights, codes_of(weights), question.products)
