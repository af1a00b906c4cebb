"""Owns what the model already made of texts: (model digest, text) → Encoded, one append-only file per digest.

A record carries its own checksum: from the first that a crash tore or a disk altered, all is computed again. One
writer at a time (the builder's lock); refuses to know articles: what to forget is said in texts.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb_ingest.durable import replace_file
from kb_ingest.encoded import TOKEN_DIMENSIONS, Encoded

_HEAD = struct.Struct("<32sIII")
"""Key, checksum of the rest, dimensions of the vector, number of word pieces."""


def key_of(text: str) -> bytes:
    """SHA-256 of the text as UTF-8, 32 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """What the model made of texts, in one directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends: dict[Path, int] = {}

    def get_many(self, digest: str, texts: Sequence[str]) -> list[Encoded | None]:
        """What is known of each text, None where nothing is."""
        known = self.all_of(digest)
        return [known.get(key_of(text)) for text in texts]

    def all_of(self, digest: str) -> dict[bytes, Encoded]:
        """All that is known, by `key_of` its text."""
        content = _content(self._file(digest))
        return {record.key: record.read(content) for record in _records(content)}

    def put_many(self, digest: str, texts: Sequence[str], encoded: Sequence[Encoded]) -> None:
        """Append and sync. What an earlier crash tore off, and all behind it, is cut away first."""
        self._path.mkdir(parents=True, exist_ok=True)
        path = self._file(digest)
        records = b"".join(_packed(key_of(text), each) for text, each in zip(texts, encoded, strict=True))
        end = self._ends.get(path)
        with path.open("ab") as file:
            file.truncate(_whole(path) if end is None else end)
            file.write(records)
            file.flush()
            os.fsync(file.fileno())
            self._ends[path] = file.tell()

    def forget(self, texts: Iterable[str]) -> int:
        """Remove what is known of `texts` from every digest; returns how many records went."""
        gone = {key_of(text) for text in texts}
        self._ends.clear()
        return sum(_forget_in(path, gone) for path in sorted(self._path.glob("*.vectors")))

    def _file(self, digest: str) -> Path:
        return self._path / f"{digest}.vectors"


@dataclass(frozen=True, slots=True)
class _Record:
    """Where in a file the record of one text lies."""

    key: bytes
    dimensions: int
    pieces: int
    start: int

    @property
    def body(self) -> slice:
        begin = self.start + _HEAD.size
        return slice(begin, begin + 4 * self.dimensions + self.pieces * (4 + TOKEN_DIMENSIONS))

    def read(self, content: bytes) -> Encoded:
        at = self.body.start
        vector = np.frombuffer(content, "<f4", self.dimensions, at)
        pieces = np.frombuffer(content, "<u4", self.pieces, at := at + vector.nbytes)
        tokens = np.frombuffer(content, np.int8, self.pieces * TOKEN_DIMENSIONS, at + pieces.nbytes)
        return Encoded(vector, pieces, tokens.reshape(self.pieces, TOKEN_DIMENSIONS))


def _records(content: bytes) -> Iterator[_Record]:
    """Every record up to the first that is not what was written."""
    at = 0
    while at + _HEAD.size <= len(content):
        key, check, dimensions, pieces = _HEAD.unpack_from(content, at)
        record = _Record(key, dimensions, pieces, at)
        if record.body.stop > len(content) or check != _check(content[at : at + 32], content[record.body]):
            return
        yield record
        at = record.body.stop


def _packed(key: bytes, each: Encoded) -> bytes:
    body = each.vector.astype("<f4").tobytes() + each.pieces.astype("<u4").tobytes() + each.tokens.tobytes()
    return _HEAD.pack(key, _check(key, body), len(each.vector), len(each.pieces)) + body


def _check(key: bytes, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(key))


def _whole(path: Path) -> int:
    return max((record.body.stop for record in _records(_content(path))), default=0)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _forget_in(path: Path, gone: set[bytes]) -> int:
    content = _content(path)
    records = list(_records(content))
    kept = [content[record.start : record.body.stop] for record in records if record.key not in gone]
    if len(kept) < len(records):
        replace_file(path, b"".join(kept))
    return len(records) - len(kept)
