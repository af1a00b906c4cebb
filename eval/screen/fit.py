"""Owns fitting the weights: one logistic regression per category, all at once, on shared features.

Refuses chance: the same rows give the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.decision.screen_features import Floats, nearness
from eval.screen.rows import Targets

ROUNDS = 120
L2 = 0.05
SMALLEST = 1e-3


@dataclass(frozen=True, slots=True)
class Basis:
    """Makes the nearness features uncorrelated, so that one penalty suits all; (landmarks, landmarks)."""

    whitening: Floats

    def turn(self, features: Floats) -> Floats:
        """Features with their first columns, the nearness, turned into the basis."""
        size = len(self.whitening)
        return np.hstack([features[:, :size] @ self.whitening, features[:, size:]])

    def back(self, weights: Floats) -> Floats:
        """Weights for plain features from weights in the basis."""
        size = len(self.whitening)
        return np.vstack([self.whitening @ weights[:size], weights[size:]])


def basis(landmarks: Floats) -> Basis:
    """The basis in which the landmarks' kernel is the identity."""
    between = nearness(landmarks, landmarks)
    values, vectors = np.linalg.eigh(between.astype(np.float64))
    return Basis((vectors / np.sqrt(np.maximum(values, SMALLEST))).astype(np.float32))


def weights(features: Floats, aims: Targets) -> Floats:
    """Penalised maximum likelihood, shape (features, categories); the last feature, a constant, is not penalised.

    Accelerated steps with one shared bound on the curvature instead of a Newton step per category: the bound is
    inverted once.
    """
    penalty = np.full(features.shape[1], L2, np.float32)
    penalty[-1] = 1e-4
    heaviest = aims.weights.max(axis=1, keepdims=True)
    bound = (features * heaviest).T @ features / 4.0 + np.diag(penalty)
    inverse = np.linalg.inv(bound.astype(np.float64)).astype(np.float32)
    return _descend(features, aims, penalty[:, None], inverse)


def _descend(features: Floats, aims: Targets, penalty: Floats, inverse: Floats) -> Floats:
    now = np.zeros((features.shape[1], aims.wanted.shape[1]), np.float32)
    before = now
    for step in range(ROUNDS):
        ahead = now + step / (step + 3.0) * (now - before)
        slope = features.T @ (aims.weights * (_sigmoid(features @ ahead) - aims.wanted)) + penalty * ahead
        before, now = now, (ahead - inverse @ slope).astype(np.float32)
    return now


def _sigmoid(totals: NDArray[np.float32]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(totals, -30.0, 30.0))), np.float32)
