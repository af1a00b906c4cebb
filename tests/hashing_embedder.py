"""Owns an embedder that needs no model: words hashed into 64 numbers. The same contract as the real ones,
exact and fast.

Refuses to mean anything: similar texts get similar vectors only where they share words.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashingEmbedder:
    """Deterministic unit vectors; counts the texts it was asked for."""

    name = "hashing"
    digest = "hashing-64"
    dimensions = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row, 0] = 1.0
            for word in text.split():
                rows[row, zlib.crc32(word.encode()) % self.dimensions] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def word_pieces(self, text: str) -> int:
        return len(text.split())
