"""Owns an embedder that needs no model: words hashed into 64 numbers. The same contract as the real ones,
exact and fast.

Refuses to mean anything: similar texts get similar vectors only where they share words.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb_ingest.encoded import TOKEN_DIMENSIONS, Encoded, rounded, vectors_of


class HashingEmbedder:
    """Deterministic unit vectors; counts the texts it was asked for."""

    name = "hashing"
    digest = "hashing-64"
    dimensions = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return vectors_of(self.encode_tokens(texts), self.dimensions)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        self.encoded += texts
        return [_encoded(text) for text in texts]

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        return np.array([word.span() for word in re.finditer(r"\S+", text)], np.int64).reshape(-1, 2)

    def word_pieces(self, text: str) -> int:
        return len(text.split())


def _encoded(text: str) -> Encoded:
    pieces = np.array([zlib.crc32(word.encode()) for word in text.split()], np.uint32)
    row = np.zeros(HashingEmbedder.dimensions, np.float32)
    row[0] = 1.0
    np.add.at(row, pieces % HashingEmbedder.dimensions, 1.0)
    tokens = np.eye(TOKEN_DIMENSIONS, dtype=np.float32)[pieces % TOKEN_DIMENSIONS]
    return Encoded(row / np.linalg.norm(row), pieces, rounded(tokens))
