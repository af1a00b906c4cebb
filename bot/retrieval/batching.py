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

from bot.retrieval.encoding import TokenEncoder, Vectors
from kb_ingest.encoded import Encoded

REMEMBERED = 10_000
AT_ONCE = 32
"""Texts of one call that are encoded in one go, some 100 ms: whoever has many does not keep a question waiting."""
LOOKS_SECONDS = 0.005
"""How often somebody whose texts others may have encoded looks whether they have."""


class SharedEncoder:
    """An Encoder for many threads over one that is not meant to be called by two at once."""

    def __init__(self, encoder: TokenEncoder, remembered: int = REMEMBERED) -> None:
        """`remembered` is how many texts are kept, some 3 kB for each message."""
        self._encoder = encoder
        self._remembered = remembered
        self._memory: OrderedDict[str, Encoded] = OrderedDict()
        self._waiting: dict[str, Future[Encoded]] = {}
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors in order, shape (n, dimensions)."""
        if not texts:
            return self._encoder.encode([])
        return np.stack([each.vector for each in self.encode_tokens(texts)])

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """What the model makes of each text, in order."""
        parts = (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
        return [encoded for part in parts for encoded in self._few(part)]

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """See TokenEncoder; nothing is encoded for it."""
        return self._encoder.piece_spans(text)

    def _few(self, texts: Sequence[str]) -> list[Encoded]:
        slots = self._enqueue(texts)
        self._work([slot for slot in slots if isinstance(slot, Future)])
        return [slot.result() if isinstance(slot, Future) else slot for slot in slots]

    def _enqueue(self, texts: Sequence[str]) -> list[Encoded | Future[Encoded]]:
        with self._guard:
            return [self._slot(text) for text in texts]

    def _slot(self, text: str) -> Encoded | Future[Encoded]:
        known = self._memory.get(text)
        if known is not None:
            self._memory.move_to_end(text)
            return known
        return self._waiting.setdefault(text, Future())

    def _work(self, wanted: Sequence[Future[Encoded]]) -> None:
        """Whoever holds the turn encodes for everyone who queued up meanwhile, itself included."""
        while not all(slot.done() for slot in wanted):
            # The turn is not fair: one with many texts may take it again and again, and encodes ours each time.
            if self._turn.acquire(timeout=LOOKS_SECONDS):
                try:
                    self._encode_waiting()
                finally:
                    self._turn.release()

    def _encode_waiting(self) -> None:
        with self._guard:
            # Claimed texts stay visible as waiting, so that a second caller shares the same future.
            batch = {text: slot for text, slot in self._waiting.items() if not slot.running()}
            for slot in batch.values():
                slot.set_running_or_notify_cancel()
        if batch:
            self._encode(batch)

    def _encode(self, batch: dict[str, Future[Encoded]]) -> None:
        encoded: list[Encoded] | None = None
        try:
            encoded = self._encoder.encode_tokens(list(batch))
        finally:
            with self._guard:
                for position, (text, slot) in enumerate(batch.items()):
                    self._waiting.pop(text, None)
                    if encoded is None:
                        slot.set_exception(RuntimeError("the encoder failed; see the log"))
                    else:
                        self._memory[text] = encoded[position]
                        slot.set_result(encoded[position])
                while len(self._memory) > self._remembered:
                    self._memory.popitem(last=False)
