"""Owns the ports to the encoder as the desk uses it. Refuses to know which runtime computes the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb_ingest.encoded import Encoded

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Texts to unit vectors, float32 of shape (n, dimensions); the same text always gives the same vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encodes texts in order; an empty sequence gives shape (0, dimensions)."""
        ...


class TokenEncoder(Encoder, Protocol):
    """An Encoder that also gives what late interaction needs."""

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """The same vectors with those of the texts' word pieces, in order."""
        ...

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """Where each of those word pieces stands in the text, (t, 2) characters; (0, 2) where that is not known."""
        ...
