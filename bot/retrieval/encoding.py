"""Owns the port to the encoder as the desk uses it. Refuses to know which runtime computes the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Texts to unit vectors, float32 of shape (n, dimensions); the same text always gives the same vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encodes texts in order; an empty sequence gives shape (0, dimensions)."""
        ...
