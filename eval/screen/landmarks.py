"""Owns choosing landmarks: means of neighbouring texts in the encoder's space. Refuses chance and single texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.decision.screen_fit import STEPS, whole_steps

Floats = NDArray[np.float32]
ROUNDS = 12
SENSITIVE_SHARE = 0.6


def choose(vectors: Floats, sensitive: NDArray[np.bool_], count: int) -> Floats:
    """`count` landmarks, more of them where sensitive texts lie; shape (at most count, d), as the file keeps them."""
    near = means(vectors[sensitive], round(count * SENSITIVE_SHARE))
    far = means(vectors[~sensitive], count - len(near))
    return np.asarray(whole_steps(np.vstack([near, far])) / STEPS, np.float32)


def means(vectors: Floats, count: int) -> Floats:
    """k-means from evenly picked texts; the same vectors always give the same means."""
    centres = vectors[np.linspace(0, len(vectors) - 1, min(count, len(vectors))).astype(int)].copy()
    for _ in range(ROUNDS):
        owner = np.argmax(vectors @ centres.T - 0.5 * (centres**2).sum(axis=1), axis=1)
        held = np.bincount(owner, minlength=len(centres))
        sums = np.zeros_like(centres)
        np.add.at(sums, owner, vectors)
        centres = np.where(held[:, None] > 0, sums / np.maximum(held, 1)[:, None], centres).astype(np.float32)
    return np.asarray(centres, np.float32)
