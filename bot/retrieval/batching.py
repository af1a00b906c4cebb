"""Owns one encoder shared by all threads: calls that arrive together become one batch, repeated texts are remembered.

Refuses to change a vector: a text has the same vector alone, in a batch and from memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoding import Encoder, Vectors

REMEMBERED = 50_000


class SharedEncoder:
    """An Encoder for many threads over one that is not meant to be called by two at once."""

    def __init__(self, encoder: Encoder, remembered: int = REMEMBERED) -> None:
        """`remembered` is how many texts' vectors are kept, about 1.5 kB each."""
        self._encoder = encoder
        self._remembered = remembered
        self._memory: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._waiting: dict[str, Future[NDArray[np.float32]]] = {}
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors in order, shape (n, dimensions)."""
        if not texts:
            return self._encoder.encode([])
        slots = self._enqueue(texts)
        if any(isinstance(slot, Future) for slot in slots):
            self._work()
        return np.stack([slot.result() if isinstance(slot, Future) else slot for slot in slots])

    def _enqueue(self, texts: Sequence[str]) -> list[NDArray[np.float32] | Future[NDArray[np.float32]]]:
        with self._guard:
            return [self._slot(text) for text in texts]

    def _slot(self, text: str) -> NDArray[np.float32] | Future[NDArray[np.float32]]:
        known = self._memory.get(text)
        if known is not None:
            self._memory.move_to_end(text)
            return known
        return self._waiting.setdefault(text, Future())

    def _work(self) -> None:
        """Whoever holds the turn encodes for everyone who queued up meanwhile, itself included."""
        with self._turn:
            with self._guard:
                # Claimed texts stay visible as waiting, so that a second caller shares the same future.
                batch = {text: slot for text, slot in self._waiting.items() if not slot.running()}
                for slot in batch.values():
                    slot.set_running_or_notify_cancel()
            if batch:
                self._encode(batch)

    def _encode(self, batch: dict[str, Future[NDArray[np.float32]]]) -> None:
        vectors: Vectors | None = None
        try:
            vectors = self._encoder.encode(list(batch))
        finally:
            with self._guard:
                for position, (text, slot) in enumerate(batch.items()):
                    self._waiting.pop(text, None)
                    if vectors is None:
                        slot.set_exception(RuntimeError("the encoder failed; see the log"))
                    else:
                        self._memory[text] = vectors[position]
                        slot.set_result(vectors[position])
                while len(self._memory) > self._remembered:
                    self._memory.popitem(last=False)
