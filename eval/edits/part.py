"""Owns whether what an edit moved takes any part in a search, and if not, how far the word statistics drift under it.

No part: neither before nor after the edit is one of its passages or written-down questions among those that the search
looks at. Refuses cases with turns before them: other texts are searched for there, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.decision.confidence import Calibration
from bot.retrieval.ranking import LONG_FROM
from eval.edits.brink import Brink, Drift
from eval.edits.drift import Shift, best_of, kept_rows, shift
from eval.edits.traced import Trace
from kb_ingest.index import KnowledgeIndex

Column = NDArray[np.float32]
Weights = Mapping[str, float]
NEARLY = 1e-5
"""What a product of matrices may round a cosine by."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of an edit could take part: cosines (n,) of each question with the nearest moved passage, question of a
    changed article, and moved question; the best weights of the terms in what was moved, on both sides, among the
    passages and among the articles as a whole."""

    dense: Column
    owned: Column
    asked: Column
    passages: tuple[Weights, Weights]
    articles: tuple[Weights, Weights]
    of_passages: Shift
    of_articles: Shift
    share: float
    before: KnowledgeIndex

    @classmethod
    def of(cls, before: KnowledgeIndex, after: KnowledgeIndex, changed: Collection[str], vectors: Column) -> Part:
        """`vectors` (n, d) of the questions."""
        kept = kept_rows(before, after, changed)
        sides = (before, after)
        moved = [index.vectors()[rows] for index, rows in zip(sides, (kept.gone, kept.come), strict=True)]
        asked = [_asked(index, changed) for index in sides]
        came_or_went = [_only(asked[0], asked[1]), _only(asked[1], asked[0])]
        places = [_places(index, changed) for index in sides]
        others = [
            np.setdiff1d(np.arange(index.asked.words.size), own) for index, own in zip(sides, places, strict=True)
        ]
        return cls(
            dense=_nearest(vectors, moved),
            owned=_nearest(vectors, asked),
            asked=_nearest(vectors, came_or_went),
            passages=(best_of(before.lexical, kept.gone), best_of(after.lexical, kept.come)),
            articles=(_words(before, places[0]), _words(after, places[1])),
            of_passages=shift(before.lexical, after.lexical, kept.before, kept.after),
            of_articles=shift(before.asked.words, after.asked.words, *others),
            share=_ratio(after.asked.share, before.asked.share),
            before=before,
        )

    def margin(self, at: int, trace: Trace, words: Sequence[str], calibration: Calibration) -> float | None:
        """How far the confidence may drift while all else stays; None where the edit may have a part in the search of
        these words, or the drift may change the order of something."""
        if trace.brink is None or len(set(words)) > LONG_FROM or self._takes(at, trace.brink, words):
            return None
        low, high = self.of_passages.of(words, self.before.lexical)
        least, most = self.of_articles.of(words, self.before.asked.words)
        drift = Drift(high / low - 1, most / least * self.share - 1)
        return None if drift.crosses(trace.brink, trace.gap) else drift.of_confidence(trace.brink, calibration)

    def _takes(self, at: int, brink: Brink, words: Sequence[str]) -> bool:
        """Whether something moved is among what the search looks at, on either side, or the drift brings other passages
        there."""
        low, high = self.of_passages.of(words, self.before.lexical)
        least, _ = self.of_articles.of(words, self.before.asked.words)
        found = max(_sum(words, side) for side in self.passages)
        foreseen = max(_sum(words, side) for side in self.articles)
        swapped = high > low and 0 < brink.lexical_last * low <= brink.lexical_next * high
        return (
            bool(self.dense[at] >= brink.dense_last - NEARLY)
            or bool(self.owned[at] >= max(brink.owner_last, NEARLY) - NEARLY)
            or bool(self.asked[at] >= max(brink.question_last, NEARLY) - NEARLY)
            or swapped
            or 0 < found >= brink.lexical_last * low
            or 0 < foreseen >= brink.foreseen_best * least
        )

    def rises(self, words: Sequence[str]) -> bool:
        """Whether a changed article as a whole now says more of these words."""
        old, new = (_sum(words, side) for side in self.articles)
        return new > old


def _ratio(one: float, other: float) -> float:
    """The greater over the smaller, at least 1."""
    smaller, greater = sorted((one, other))
    return greater / smaller if smaller else 1.0 + greater


def _nearest(vectors: Column, sides: Sequence[Column]) -> Column:
    found = np.full(len(vectors), -1.0, np.float32)
    for moved in sides:
        if len(moved):
            found = np.maximum(found, (vectors @ moved.T).max(axis=1))
    return found


def _places(index: KnowledgeIndex, changed: Collection[str]) -> NDArray[np.int64]:
    places = [place for place, name in enumerate(index.articles) if name in changed]
    return np.array(places if index.asked.words.size else [], np.int64)


def _words(index: KnowledgeIndex, places: NDArray[np.int64]) -> Weights:
    return best_of(index.asked.words, places)


def _asked(index: KnowledgeIndex, changed: Collection[str]) -> Column:
    """The vectors of the questions that the changed articles answer."""
    own = [place for place, name in enumerate(index.articles) if name in changed]
    return index.asked.foreseen.vectors[np.isin(index.asked.foreseen.owners, own)]


def _only(ours: Column, theirs: Column) -> Column:
    """The rows that the other side has not."""
    known = {row.tobytes() for row in theirs}
    return ours[[row.tobytes() not in known for row in ours]] if len(ours) else ours


def _sum(words: Sequence[str], weights: Weights) -> float:
    return sum(weights.get(word, 0.0) for word in words)
