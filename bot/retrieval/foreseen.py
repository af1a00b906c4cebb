"""Owns what the questions that authors wrote down say of their articles. Refuses articles the viewer may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.retrieval.heard import Heard, Scores, late_scores
from bot.retrieval.ranking import TOP
from bot.retrieval.visible import Mask
from kb_ingest.index import KnowledgeIndex

FORESEEN = 120
"""Questions that are compared word by word."""


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


def views_for(index: KnowledgeIndex, question: Heard, allowed: Mask) -> Mapping[int, View]:
    """The allowed articles, by place, whose authors foresaw something like the question, nearest first."""
    foreseen = index.asked
    cosines = np.where(allowed[foreseen.owners], foreseen.vectors @ question.vector, -1.0)
    near = np.argsort(-cosines, kind="stable")[:FORESEEN]
    near = near[cosines[near] > 0]
    late = late_scores(foreseen.tokens, question, near)
    found: dict[int, list[tuple[float, float]]] = {}
    for owner, cosine, words in zip(foreseen.owners[near].tolist(), cosines[near].tolist(), late.tolist(), strict=True):
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
