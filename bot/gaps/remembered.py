"""Owns the vectors of the texts that were grouped last, so that a renewal encodes only what is new.

Refuses the disk: what customers wrote is not to be there twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.retrieval.encoding import Encoder, Vectors


class RememberingEncoder:
    """An Encoder for one thread; it forgets whatever was not in the last call."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows in order, shape (n, dimensions)."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        fresh = dict(zip(missing, self._encoder.encode(missing), strict=True)) if missing else {}
        self._known = {text: fresh[text] if text in fresh else self._known[text] for text in texts}
        return np.stack([self._known[text] for text in texts]) if texts else self._encoder.encode(texts)
