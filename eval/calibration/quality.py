"""Owns how good a confidence is: AUROC, calibration error, risk at each coverage, out-of-fold estimates.

Refuses to choose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.calibration import logistic

FOLDS = 5
BINS = 10
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: mean confidence, share that was right, how many."""

    confidence: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """Answering from this confidence on answers `coverage` of the questions, `risk` of the answers being
    wrong.
    """

    threshold: float
    coverage: float
    risk: float
    answered: int
    wrong: int


def auroc(scores: Floats, right: Floats) -> float:
    """Probability that a right one scores above a wrong one, ties counting half; nan when one class is
    missing.
    """
    positives, negatives = scores[right > 0.5], scores[right <= 0.5]
    if not len(positives) or not len(negatives):
        return float("nan")
    above = np.searchsorted(np.sort(negatives), positives, side="left")
    not_below = np.searchsorted(np.sort(negatives), positives, side="right")
    return float((above + not_below).sum() / (2 * len(positives) * len(negatives)))


def reliability(scores: Floats, right: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of (nearly) equal size, by rising confidence."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(Bin(float(scores[part].mean()), float(right[part].mean()), len(part)) for part in parts)


def calibration_error(scores: Floats, right: Floats, bins: int = BINS) -> float:
    """Expected calibration error over equal-sized bins, in [0, 1]."""
    return sum(abs(b.confidence - b.right) * b.count for b in reliability(scores, right, bins)) / max(len(scores), 1)


def risk_coverage(scores: Floats, right: Floats) -> tuple[Point, ...]:
    """One point per distinct confidence, from the most careful threshold to answering everything."""
    order = np.argsort(-scores, kind="stable")
    wrong = np.cumsum(1.0 - right[order])
    last = np.append(scores[order][1:] != scores[order][:-1], True) if len(order) else np.array([], bool)
    return tuple(
        Point(
            float(scores[order][i]),
            (i + 1) / len(order),
            float(wrong[i] / (i + 1)),
            int(i + 1),
            int(wrong[i]),
        )
        for i in np.flatnonzero(last)
    )


def out_of_fold(
    features: Floats, right: Floats, folds: Sequence[str], l2: float, importance: Floats | None = None
) -> Floats:
    """Each row's probability from a fit that saw no row of its fold; shape (n,). `importance` weighs the rows."""
    weights = np.ones(len(right)) if importance is None else importance
    of = np.array(folds)
    estimates = np.zeros(len(right))
    for fold in dict.fromkeys(folds):
        held = of == fold
        if not held.all():
            fit = logistic.fit(features[~held], right[~held], l2, weights[~held])
            estimates[held] = fit.probabilities(features[held])
    return estimates


def fold_of(group: str) -> int:
    """The fold of a group, by hash: stable whatever else is in the data."""
    return int(hashlib.sha256(f"fold:{group}".encode()).hexdigest(), 16) % FOLDS
