"""Owns recognising sensitive messages before anything is drafted. Refuses to answer them or to guess a remedy.

Expressions catch what is said in set words ("my lawyer"), a linear classifier over the encoder's vectors catches
what is said in other words. The classifier is fitted at start-up, in closed form, on the policy's own exemplars,
so that an edit of the policy file is in force with the next start and nothing else has to be trained. A sentence
nearer to a harmless one than to every exemplar of a category is never put there by its meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.policy import Action, Category, SensitivePolicy
from bot.retrieval.encoding import Encoder

RIDGE = 30.0
HISTORY = 2
MAX_SENTENCES = 8
HARMLESS = -1.0
"""The score of what is nearest to a harmless sentence: the classifier's own target for those."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What was recognised: `category` is None for an ordinary message; `score` is the classifier's, if it decided."""

    category: str | None = None
    action: Action | None = None
    by_expression: bool = False
    score: float = 0.0


class SensitiveScreen:
    """Screens messages against one policy; the same message and history always give the same result."""

    def __init__(
        self,
        policy: SensitivePolicy,
        encoder: Encoder,
        policy_texts: Encoder,
        background: Sequence[str],
        threshold: float,
    ) -> None:
        """`encoder` is for messages, `policy_texts` for exemplars and `background`, harmless texts of this base.

        `threshold` is in classifier units: -1 is like the look-alikes, 1 like the exemplars. It holds for the
        categories whose policy entry has no `score_from` of its own.
        """
        self.policy = policy
        self._encoder = encoder
        floors = [threshold if c.score_from is None else c.score_from for c in policy.categories]
        self._floors = np.array(floors, dtype=np.float32)
        groups = [policy_texts.encode(category.exemplars) for category in policy.categories]
        harmless = policy_texts.encode([*policy.lookalikes, *background])
        self._examples, self._harmless = groups, harmless
        self._weights = _fit(groups, harmless)

    def screen(self, text: str, history: Sequence[Utterance] = ()) -> Screening:
        """The most urgent category of the message, or of it together with what the customer said just before."""
        said = normalise(text)
        earlier = [normalise(u.text) for u in history if u.speaker is Speaker.CUSTOMER][-HISTORY:]
        for category in self.policy.categories:
            if _found(category, said):
                return Screening(category.id, category.action, by_expression=True)
        return self._by_meaning(text) or self._from_history(earlier) or Screening()

    def _by_meaning(self, text: str) -> Screening | None:
        scores = self._scores(pieces_of(text))
        above = scores - self._floors
        best = int(np.argmax(above))
        if above[best] < 0:
            return None
        category = self.policy.categories[best]
        return Screening(category.id, category.action, score=float(scores[best]))

    def _from_history(self, earlier: Sequence[str]) -> Screening | None:
        # A danger named a moment ago is not over because the next message is harmless. Asking for a person or
        # attacking the assistant ends with the message it stood in, so only risks carry over.
        for category in (category for category in self.policy.categories if category.risk):
            if any(_found(category, said) for said in earlier):
                return Screening(category.id, category.action, by_expression=True)
        return None

    def _scores(self, pieces: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._encoder.encode(pieces)
        scores = _with_bias(vectors) @ self._weights
        nearest = np.stack([(vectors @ group.T).max(axis=1) for group in self._examples], axis=1)
        scores[nearest < (vectors @ self._harmless.T).max(axis=1, keepdims=True)] = HARMLESS
        return np.asarray(scores.max(axis=0), dtype=np.float32)


def normalise(text: str) -> str:
    """Lower case, one kind of apostrophe, no invisible characters: what the expressions are matched on."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'")
    return re.sub(r"[​-‏‪-‮⁠﻿]", "", folded)


def _found(category: Category, said: str) -> bool:
    return any(expression.search(said) for expression in category.expressions)


def pieces_of(text: str) -> list[str]:
    """The message and its sentences: a danger buried in a long story must not be averaged away."""
    sentences = [piece.strip() for piece in re.split(r"(?<=[.!?\n])\s+", text) if len(piece.split()) > 3]
    return [text, *sentences[:MAX_SENTENCES]] if len(sentences) > 1 else [text]


def _fit(groups: Sequence[NDArray[np.float32]], harmless: NDArray[np.float32]) -> NDArray[np.float64]:
    """One-against-the-rest ridge regression, both sides weighted alike; shape (dimensions + 1, categories)."""
    rows = _with_bias(np.vstack([*groups, harmless]))
    gram, total = rows.T @ rows, rows.sum(axis=0)
    return np.stack([_ridge(_with_bias(group), len(rows), gram, total) for group in groups], axis=1)


def _ridge(
    positive: NDArray[np.float64], count: int, gram: NDArray[np.float64], total: NDArray[np.float64]
) -> NDArray[np.float64]:
    # The sums over all `count` rows are shared: only a category's own rows are weighted anew, so that the start
    # stays quick however many exemplars the content team adds.
    own, other = 0.5 * count / len(positive), 0.5 * count / (count - len(positive))
    weighted = other * gram + (own - other) * (positive.T @ positive) + RIDGE * np.eye(len(gram))
    target = (own + other) * positive.sum(axis=0) - other * total
    return np.asarray(np.linalg.solve(weighted, target))


def _with_bias(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.hstack([vectors.astype(np.float64), np.ones((len(vectors), 1))])
