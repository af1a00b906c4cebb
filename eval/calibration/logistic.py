"""Owns the logistic regression behind the confidence: Newton's method with an L2 penalty.

Refuses randomness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 50
HALVINGS = 60
SMALLEST_STEP = 1e-9
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of the plain (not standardised) features, and the intercept."""

    weights: Floats
    intercept: float

    def probabilities(self, features: Floats) -> Floats:
        """Shape (n,): probability that each row is right."""
        return _sigmoid(features @ self.weights + self.intercept)

    def shifted(self, by: float) -> Fit:
        """The same order of rows, every one's log odds higher."""
        return Fit(self.weights, self.intercept + by)


def fit(features: Floats, right: Floats, l2: float, importance: Floats | None = None) -> Fit:
    """The penalised maximum likelihood fit of `right` (n,) on `features` (n, f); `importance` weighs rows.

    Standardised inside, so that one penalty suits every signal; the intercept is not penalised.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1.0
    rows = np.hstack([np.ones((len(features), 1)), (features - mean) / spread])
    row_weights = np.ones(len(rows)) if importance is None else importance
    solution = _newton(rows, right, row_weights, np.array([0.0] + [l2] * features.shape[1]))
    weights = solution[1:] / spread
    return Fit(weights, float(solution[0] - weights @ mean))


def shifted(probabilities: Floats, by: float) -> Floats:
    """With log odds that are higher by so much."""
    inside = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return _sigmoid(np.log(inside / (1 - inside)) + by)


def shift_to(probabilities: Floats, mean: float) -> float:
    """By how much the log odds have to rise for that mean, in (0, 1); found by bisection."""
    low, high = -30.0, 30.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if shifted(probabilities, middle).mean() > mean else (middle, high)
    return (low + high) / 2


def _newton(rows: Floats, right: Floats, importance: Floats, penalty: Floats) -> Floats:
    solution = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        guess = _sigmoid(rows @ solution)
        slope = rows.T @ (importance * (right - guess)) - penalty * solution
        curvature = (rows * (importance * guess * (1 - guess))[:, None]).T @ rows + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, slope)
        solution = solution + step
        if np.abs(step).max() < SMALLEST_STEP:
            break
    return solution


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))))
