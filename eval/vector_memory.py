"""Owns what the model made of texts in earlier runs, in the builder's own cache, so that only new texts are encoded.

Refuses to guess: a damaged record is no record, and a vector is the one the encoder itself gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_ingest.embedder import Embedder
from kb_ingest.encoded import Encoded, vectors_of
from kb_ingest.vector_cache import VectorCache, key_of


class RememberingEncoder:
    """An encoder for one thread that looks into its memory first; `keep` writes what was new."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._cache = VectorCache(folder)
        self._known = self._cache.all_of(embedder.digest)
        self._new: dict[str, Encoded] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows in order, shape (n, dimensions)."""
        return vectors_of(self.encode_tokens(texts), self._embedder.dimensions)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """What the model makes of each text, in order."""
        missing = list(dict.fromkeys(text for text in texts if key_of(text) not in self._known))
        for text, found in zip(missing, self._embedder.encode_tokens(missing) if missing else (), strict=True):
            self._new[text] = self._known[key_of(text)] = found
        return [self._known[key_of(text)] for text in texts]

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """See TokenEncoder."""
        return self._embedder.piece_spans(text)

    def keep(self) -> None:
        """Write what was new and sync it."""
        if self._new:
            self._cache.put_many(self._embedder.digest, list(self._new), list(self._new.values()))
            self._new = {}
