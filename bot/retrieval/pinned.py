"""Owns telling that a question is one to which an author has pinned an article: asked so, or as good as so.

Refuses likeness of another device, number, code, negation or order of the same words, however near the vectors are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bot.retrieval.heard import Heard, late_scores
from bot.retrieval.question import Question
from bot.retrieval.visible import Mask
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

NEAR, MET = 0.9, 0.85
"""Least cosine, and least share of the words met, of two wordings of one question: docs/decisions/0051."""
NEGATION = re.compile(r"\b(?:no|not|never|without|off|cannot)\b|n['’]t\b", re.IGNORECASE)


def pinned_to(index: KnowledgeIndex, question: Question, message: Heard, articles: Mask) -> int | None:
    """The place of the article that is pinned to the question, the nearest of several; none but the allowed
    `articles`."""
    foreseen, pinned = index.asked.foreseen, index.pinned
    places = np.array([place for place in pinned if articles[foreseen.owners[place]]], np.int64)
    if not len(places):
        return None
    cosines = foreseen.vectors[places] @ message.vector
    places, cosines = places[cosines >= NEAR], cosines[cosines >= NEAR]
    met = late_scores(foreseen.tokens, message, places)
    for at in np.argsort(-(cosines + met), kind="stable").tolist():
        owner = int(foreseen.owners[places[at]])
        devices = frozenset(index.ordered[owner].product)
        another = bool(question.products and devices) and devices.isdisjoint(question.products)
        if met[at] >= MET and not another and _asks_the_same(pinned[int(places[at])], question.standalone):
            return owner
    return None


def _asks_the_same(one: str, other: str) -> bool:
    if bool(NEGATION.search(one)) != bool(NEGATION.search(other)):
        return False
    words, others = terms(one), terms(other)
    if _numbers(words) != _numbers(others):
        return False
    return words == others or sorted(words) != sorted(others)


def _numbers(words: Sequence[str]) -> set[str]:
    """With codes: "e107"."""
    return {word for word in words if any(character.isdigit() for character in word)}
