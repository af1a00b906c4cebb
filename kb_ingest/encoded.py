"""Owns what the model makes of one text: its vector, and a short vector for each of its word pieces.

Refuses to compute them: see embedder.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOKEN_DIMENSIONS = 64
SCALE = 127
"""A component of a token's unit vector in [-1, 1] is stored as a whole number of 127ths."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """`vector` (d,) float32 of unit length; `pieces` (t,) uint32, the ids of the word pieces that hold a letter or a
    digit; `tokens` (t, TOKEN_DIMENSIONS) int8, the model's vector of each of them in its context.
    """

    vector: NDArray[np.float32]
    pieces: NDArray[np.uint32]
    tokens: NDArray[np.int8]


def wordless(vector: NDArray[np.float32]) -> Encoded:
    """A vector of which no word is known: it is found by its meaning alone."""
    return Encoded(vector, np.empty(0, np.uint32), np.empty((0, TOKEN_DIMENSIONS), np.int8))


def vectors_of(encoded: Sequence[Encoded], dimensions: int) -> NDArray[np.float32]:
    """The vectors as rows, shape (n, dimensions)."""
    rows = np.empty((len(encoded), dimensions), dtype=np.float32)
    for row, each in enumerate(encoded):
        rows[row] = each.vector
    return rows


def rounded(tokens: NDArray[np.float32]) -> NDArray[np.int8]:
    """Unit rows as they are stored, same shape."""
    whole: NDArray[np.int8] = np.rint(tokens * np.float32(SCALE)).astype(np.int8)
    return whole
