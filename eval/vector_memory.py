"""Owns the vectors of earlier runs, one file per model digest, so that only changed texts are encoded.

Refuses to guess: an unreadable file is an empty memory, and a vector is the one the encoder itself gave.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_ingest.embedder import Embedder

Vectors = NDArray[np.float32]
_KEY_BYTES = 16


class RememberingEncoder:
    """An encoder for one thread that looks into its memory first; `keep` writes what was new."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._path = folder / f"{embedder.digest}.npz"
        self._known = _read(self._path)
        self._new = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows in order, shape (n, dimensions)."""
        if not texts:
            return self._embedder.encode([])
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, self._embedder.encode(list(missing.values())), strict=True))
            self._new = True
        return np.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write the memory aside and switch to it, when it grew."""
        if not self._new:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(f".{os.getpid()}.tmp")
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, _KEY_BYTES)
        with aside.open("wb") as file:
            np.savez(file, keys=keys, rows=np.stack(list(self._known.values())))
        os.replace(aside, self._path)
        self._new = False


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


def _read(path: Path) -> dict[bytes, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["rows"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
