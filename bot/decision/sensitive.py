"""Owns recognising sensitive messages before anything is drafted. Refuses to answer them or to guess a remedy.

Three things recognise, each sufficient: expressions catch what is said in set words ("my lawyer"); the fitted screen
catches what is said in other words (screen_fit.py, coefficients committed beside the policy); and a sentence that
the content team added after the fit catches what means nearly the same, from the next start on. A look-alike added
after the fit lets pass what is nearest to it.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.normalise import normalise, pieces_of
from bot.decision.policy import Action, Category, SensitivePolicy
from bot.decision.screen_fit import ScreenFit
from bot.retrieval.encoding import Encoder

HISTORY = 2
NEAR = 0.75
"""Cosine from which a message says the same as a sentence added after the fit."""
NEVER, CERTAIN = -30.0, 30.0
"""Log-odds of what is ruled out and of what is beyond doubt."""
SURE = 1e-12


@dataclass(frozen=True, slots=True)
class Screening:
    """What was recognised: `category` is None for an ordinary message; `score` is the probability, if it decided."""

    category: str | None = None
    action: Action | None = None
    by_expression: bool = False
    score: float = 0.0


class SensitiveScreen:
    """Screens messages against one policy; the same message and history always give the same result."""

    def __init__(
        self, policy: SensitivePolicy, encoder: Encoder, policy_texts: Encoder, fitted: ScreenFit
    ) -> None:
        """`encoder` is for messages, `policy_texts` for the policy's sentences that `fitted` does not know."""
        self.policy = policy
        self._encoder = encoder
        self._fitted = fitted
        self._floors = np.array([_floor(category, fitted) for category in policy.categories], np.float32)
        column = {name: place for place, name in enumerate(fitted.categories)}
        self._columns = [column.get(category.id, -1) for category in policy.categories]
        self._added = [_unknown(c.exemplars, fitted, policy_texts) for c in policy.categories]
        self._excused = _unknown(policy.lookalikes, fitted, policy_texts)

    def hearing(self, encoder: Encoder) -> SensitiveScreen:
        """The same screen with another encoder for messages; it must give the same vectors."""
        other = copy.copy(self)
        other._encoder = encoder
        return other

    def screen(self, text: str, history: Sequence[Utterance] = ()) -> Screening:
        """The most urgent category of the message, or of it together with what the customer said just before."""
        said = normalise(text)
        earlier = [normalise(u.text) for u in history if u.speaker is Speaker.CUSTOMER][-HISTORY:]
        for category in self.policy.categories:
            if _found(category, said) or _taken_up(category, said, history):
                return Screening(category.id, category.action, by_expression=True)
        pieces = [" ".join((*earlier, text))] if earlier and self._is_of_things(said) else pieces_of(text)
        return self._by_meaning(pieces) or self._from_history(earlier) or Screening()

    def _is_of_things(self, said: str) -> bool:
        return any(expression.search(said) for category in self.policy.categories for expression in category.of_things)

    def _by_meaning(self, pieces: Sequence[str]) -> Screening | None:
        vectors = self._encoder.encode(pieces)
        odds = np.maximum(self._fitted_odds(pieces, vectors), self._added_odds(vectors)).max(axis=0)
        best = int(np.argmax(odds - self._floors))
        if odds[best] < self._floors[best]:
            return None
        category = self.policy.categories[best]
        return Screening(category.id, category.action, score=1.0 / (1.0 + math.exp(-odds[best])))

    def _fitted_odds(self, pieces: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds, shape (pieces, categories); NEVER where the fit lacks a category or a look-alike excuses."""
        known = self._fitted.log_odds(pieces, vectors)
        padded = np.hstack([known, np.full((len(known), 1), NEVER, np.float32)])[:, self._columns]
        padded[_nearest(vectors, self._excused) >= NEAR] = NEVER
        return padded

    def _added_odds(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """CERTAIN where a piece means the same as a sentence added after the fit, more than as a look-alike."""
        near = np.stack([_nearest(vectors, group) for group in self._added], axis=1)
        excused = _nearest(vectors, self._excused)[:, None]
        return np.where((near >= NEAR) & (near >= excused), CERTAIN, NEVER).astype(np.float32)

    def _from_history(self, earlier: Sequence[str]) -> Screening | None:
        # A danger named a moment ago is not over because the next message is harmless. Asking for a person or
        # attacking the assistant ends with the message it stood in, so only risks carry over.
        for category in (category for category in self.policy.categories if category.risk):
            if any(_found(category, said) for said in earlier):
                return Screening(category.id, category.action, by_expression=True)
        return None


def _found(category: Category, said: str) -> bool:
    return any(expression.search(said) for expression in category.expressions)


def _taken_up(category: Category, said: str, history: Sequence[Utterance]) -> bool:
    """Whether "yes" and the like answer the desk's own offer, such as to pass the conversation on."""
    if not history or history[-1].speaker is Speaker.CUSTOMER or not any(c.search(said) for c in category.consents):
        return False
    return any(offer.search(normalise(history[-1].text)) for offer in category.offers)


def _floor(category: Category, fitted: ScreenFit) -> float:
    """The least log-odds: from the policy's least probability, else from the fit, else even chances."""
    if category.score_from is not None:
        share = min(max(category.score_from, SURE), 1.0 - SURE)
        return math.log(share / (1.0 - share))
    return float(fitted.floors[fitted.categories.index(category.id)]) if category.id in fitted.categories else 0.0


def _unknown(sentences: Iterable[str], fitted: ScreenFit, encoder: Encoder) -> NDArray[np.float32]:
    added = [sentence for sentence in sentences if not fitted.knows(sentence)]
    return encoder.encode(added) if added else np.zeros((0, 1), np.float32)


def _nearest(vectors: NDArray[np.float32], group: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine of the nearest row of `group` to each vector; -1 where the group is empty."""
    if not len(group):
        return np.full(len(vectors), -1.0, np.float32)
    return np.asarray((vectors @ group.T).max(axis=1), np.float32)
