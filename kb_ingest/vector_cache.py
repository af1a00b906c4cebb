"""Owns the vectors already computed: (model digest, text) → vector, one append-only file per digest.

A record carries its own checksum, so one torn by a crash is skipped and computed again. One writer at a time
(the builder's lock); refuses to know articles: what to forget is said in texts.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_ingest.durable import replace_file

_KEY_BYTES = 32


def key_of(text: str) -> bytes:
    """SHA-256 of the text as UTF-8, 32 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """Vectors of one directory. Rows are float32; a digest always has the same number of dimensions."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_many(self, digest: str, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """The vector of each text, None where it is not known."""
        known = self._read(digest)
        return [known.get(key_of(text)) for text in texts]

    def put_many(self, digest: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Append `vectors` (n, d) for `texts` and sync. A torn tail of an earlier crash is cut off first."""
        self._path.mkdir(parents=True, exist_ok=True)
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        records = b"".join(_record(key_of(text), row) for text, row in zip(texts, rows, strict=True))
        record_bytes = _record_bytes(rows.shape[1])
        with self._file(digest, rows.shape[1]).open("ab") as file:
            file.truncate(file.tell() - file.tell() % record_bytes)
            file.write(records)
            file.flush()
            os.fsync(file.fileno())

    def forget(self, texts: Iterable[str]) -> int:
        """Remove the vectors of `texts` of every digest; returns how many records went."""
        gone = {key_of(text) for text in texts}
        return sum(self._forget_in(path, gone) for path in sorted(self._path.glob("*.vectors")))

    def _forget_in(self, path: Path, gone: set[bytes]) -> int:
        size = _record_bytes(_dimensions(path))
        content = path.read_bytes()
        records = [content[at : at + size] for at in range(0, len(content) - size + 1, size)]
        kept = [record for record in records if record[:_KEY_BYTES] not in gone]
        if len(kept) < len(records):
            replace_file(path, b"".join(kept))
        return len(records) - len(kept)

    def _read(self, digest: str) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        for path in self._path.glob(f"{digest}-*.vectors"):
            size = _record_bytes(_dimensions(path))
            content = path.read_bytes()
            for at in range(0, len(content) - size + 1, size):
                body = memoryview(content)[at + _KEY_BYTES + 4 : at + size]
                key = content[at : at + _KEY_BYTES]
                if content[at + _KEY_BYTES : at + _KEY_BYTES + 4] == _check(key, body):
                    found[key] = np.frombuffer(body, dtype="<f4")
        return found

    def _file(self, digest: str, dimensions: int) -> Path:
        return self._path / f"{digest}-{dimensions}.vectors"


def _record(key: bytes, row: NDArray[np.float32]) -> bytes:
    body = row.astype("<f4").tobytes()
    return key + _check(key, body) + body


def _check(key: bytes, body: bytes | memoryview) -> bytes:
    return zlib.crc32(body, zlib.crc32(key)).to_bytes(4, "little")


def _record_bytes(dimensions: int) -> int:
    return _KEY_BYTES + 4 + 4 * dimensions


def _dimensions(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])
