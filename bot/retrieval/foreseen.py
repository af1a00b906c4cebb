"""Owns what the questions that authors wrote down say of a message and of their articles.

Refuses articles that the viewer may not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.heard import Heard, Scores, late_scores
from bot.retrieval.ranking import TOP
from bot.retrieval.visible import Mask
from kb_ingest.asked import Questions
from kb_ingest.index import KnowledgeIndex

NEAREST = 120
"""Questions that are compared word by word."""
AROUND = 10
"""Nearest questions that tell whether the authors know such a question as answered or as open."""


@dataclass(frozen=True, slots=True)
class View:
    """How near the questions come that an article's author wrote down: cosine of the nearest, mean of the nearest
    three, late interaction of the nearest."""

    dense: float
    dense_top: float
    late: float


UNFORESEEN = View(-1.0, -1.0, -1.0)


def articles_of(index: KnowledgeIndex, allowed: Mask) -> Mask:
    """Shape (articles,): True where the article's passages are allowed."""
    found = np.zeros(len(index.articles), np.bool_)
    found[index.owners[allowed]] = True
    return found


@dataclass(frozen=True, slots=True)
class Near:
    """Written-down questions, nearest first: places of their articles, cosine and late interaction with the message."""

    owners: NDArray[np.int64]
    cosines: Scores
    late: Scores

    @property
    def closeness(self) -> float:
        """Mean of the AROUND nearest by both measures, in [-1, 1]."""
        both = np.sort((self.cosines + self.late) / 2)[::-1]
        return float(both[:AROUND].mean())


def nearest(questions: Questions, message: Heard, allowed: Mask) -> Near:
    """Those of the allowed articles that are worth comparing word by word."""
    cosines = np.where(allowed[questions.owners], questions.vectors @ message.vector, -1.0)
    near = np.argsort(-cosines, kind="stable")[:NEAREST]
    near = near[cosines[near] > 0]
    return Near(questions.owners[near], cosines[near], late_scores(questions.tokens, message, near))


def left_open(answered: Near, unanswered: Near) -> float:
    """See SearchResult; 0 unless both kinds are known."""
    if not len(answered.owners) or not len(unanswered.owners):
        return 0.0
    return unanswered.closeness - answered.closeness


def views_of(near: Near) -> Mapping[int, View]:
    """The articles, by place, whose authors foresaw something like the message, nearest first."""
    found: dict[int, list[tuple[float, float]]] = {}
    columns = (near.owners.tolist(), near.cosines.tolist(), near.late.tolist())
    for owner, cosine, words in zip(*columns, strict=True):
        found.setdefault(owner, []).append((cosine, words))
    return {
        owner: View(seen[0][0], sum(cosine for cosine, _ in seen[:TOP]) / TOP, max(words for _, words in seen))
        for owner, seen in found.items()
    }


def foreseen_for(index: KnowledgeIndex, words: Sequence[str], allowed: Mask) -> Scores:
    """BM25 of each allowed article together with its author's questions, over the best, shape (articles,); it counts as
    much as there are articles with questions."""
    if not index.asked.words.size:
        return np.zeros(len(index.articles), np.float32)
    scores = index.asked.words.scores(words, allowed)
    return np.asarray(scores * np.float32(index.asked.share / (float(scores.max()) or 1.0)), np.float32)
