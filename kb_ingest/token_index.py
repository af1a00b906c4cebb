"""Owns late interaction: how well each word of a question is met by some word of a passage, in their contexts.

MaxSim of ColBERT (Khattab and Zaharia 2020) over the encoder's own token vectors, each piece of the question weighted
by its rarity in the base, mixed with how closely together its neighbours are met, as sequential dependence (Metzler and
Croft 2005) but by meaning. Refuses pickles: plain arrays one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_ingest.encoded import SCALE, TOKEN_DIMENSIONS, Encoded

TOGETHER = 0.28
"""Share of neighbours met together in the score of a question that has any."""
RARE = 1.8
"""Least rarity of a piece that may be a neighbour: what stands in more than one in six passages says nothing."""
REACH = 3
"""So many pieces apart two neighbours of the question still stand together in a passage."""
FAR, SAME = 0.35, 0.9
"""Cosines of two pieces that have nothing to do with each other, and that say the same."""
_HEADER = np.dtype("<i8")
_PIECE_BITS = np.uint64(32)


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The word pieces of n passages in one table: passage i owns `pieces[starts[i]:starts[i + 1]]`, and `tokens`.

    `known` holds the distinct pieces, ascending, and `idfs` (one longer) their rarity, last that of an unseen one.
    """

    starts: NDArray[np.int64]
    pieces: NDArray[np.uint32]
    tokens: NDArray[np.int8]
    known: NDArray[np.uint32]
    idfs: NDArray[np.float32]

    @classmethod
    def build(cls, passages: Sequence[Encoded]) -> TokenIndex:
        """The table of `passages`; row i is `passages[i]`."""
        starts = np.zeros(len(passages) + 1, np.int64)
        np.cumsum([len(passage.pieces) for passage in passages], out=starts[1:])
        pieces = np.concatenate([np.empty(0, np.uint32), *(passage.pieces for passage in passages)])
        empty = np.empty((0, TOKEN_DIMENSIONS), np.int8)
        tokens = np.concatenate([empty, *(passage.tokens for passage in passages)])
        # A passage says each piece once, however often it says it: (passage, piece) in one number.
        said = np.repeat(np.arange(len(passages), dtype=np.uint64) << _PIECE_BITS, np.diff(starts)) | pieces
        known, found_in = np.unique(np.unique(said).astype(np.uint32), return_counts=True)
        frequencies = np.append(found_in, 0)
        idfs = np.log1p((len(passages) - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        return cls(starts, pieces, tokens, known, idfs)

    @property
    def size(self) -> int:
        return len(self.starts) - 1

    def scores(self, asked: Encoded, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """How well each of the passages `rows` (m,) meets the question, shape (m,), in [-1, 1]; 0 without words."""
        found = np.zeros(len(rows), np.float32)
        counts = self.starts[rows + 1] - self.starts[rows]
        if not len(asked.pieces) or not counts.any():
            return found
        held = counts > 0
        # Nothing stands between two passages, so that no neighbours are met across their border.
        gap = np.zeros((REACH, TOKEN_DIMENSIONS), np.int8)
        spans = [part for row in rows[held] for part in (self.of_row(row)[1], gap)]
        words = np.concatenate(spans).astype(np.float32)
        similar = asked.tokens.astype(np.float32) @ words.T / np.float32(SCALE * SCALE)
        ends = np.cumsum(counts[held] + REACH) - REACH
        borders = np.stack([ends - counts[held], ends], axis=1).ravel()
        weights = self.rarity(asked.pieces)
        found[held] = weights @ _best(similar, borders) / weights.sum()
        rare = np.flatnonzero(weights > RARE)
        if len(rare) > 1:
            found[held] += np.float32(TOGETHER) * (_together(similar[rare], weights[rare], borders) - found[held])
        return found

    def similar(self, asked: Encoded, row: int) -> NDArray[np.float32]:
        """How near each piece of the question comes to each piece of the passage, (question, passage), in [-1, 1]."""
        _, tokens = self.of_row(row)
        return asked.tokens.astype(np.float32) @ tokens.astype(np.float32).T / np.float32(SCALE * SCALE)

    def rarity(self, pieces: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Lucene's idf of each piece, same shape."""
        place = np.searchsorted(self.known, pieces)
        seen = self.known[np.minimum(place, len(self.known) - 1)] == pieces if len(self.known) else place < 0
        return self.idfs[np.where(seen, place, len(self.known))]

    def are_rare(self, pieces: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which of them have to be met near each other, same shape."""
        return np.asarray(self.rarity(pieces) > RARE)

    def of_row(self, row: int) -> tuple[NDArray[np.uint32], NDArray[np.int8]]:
        """Pieces and tokens of one passage."""
        span = slice(self.starts[row], self.starts[row + 1])
        return self.pieces[span], self.tokens[span]

    def to_bytes(self) -> bytes:
        """The table as bytes; the same table gives the same bytes."""
        header = np.array([len(self.starts), len(self.pieces), len(self.known)], _HEADER)
        return b"".join(array.tobytes() for array in (header, *self._arrays()))

    @classmethod
    def of_bytes(cls, content: bytes) -> TokenIndex:
        """Read what `to_bytes` gave, without copying it. Raises ValueError on anything else."""
        return cls(*_read(content))

    def _arrays(self) -> Iterator[NDArray[np.generic]]:
        yield self.starts.astype("<i8")
        yield self.pieces.astype("<u4")
        yield self.known.astype("<u4")
        yield self.idfs.astype("<f4")
        yield self.tokens


def _best(similar: NDArray[np.float32], borders: NDArray[np.int64]) -> NDArray[np.float32]:
    """The highest of each row within each passage, shape (pieces, m); `borders` are (2m,) beginnings and ends."""
    return np.asarray(np.maximum.reduceat(similar, borders, axis=1)[:, ::2])


def _together(
    similar: NDArray[np.float32], weights: NDArray[np.float32], borders: NDArray[np.int64]
) -> NDArray[np.float32]:
    """How well each passage meets two pieces of the question in a row within REACH of each other, shape (m,), in
    [0, 1]; of a pair the piece that is met worse counts.
    """
    second = similar[1:]
    near = second.copy()
    for step in range(1, REACH + 1):
        np.maximum(near[:, step:], second[:, :-step], out=near[:, step:])
        np.maximum(near[:, :-step], second[:, step:], out=near[:, :-step])
    pairs = _best(np.minimum(similar[:-1], near), borders)
    shares = weights[:-1] + weights[1:]
    return np.asarray(shares @ np.clip((pairs - FAR) / (SAME - FAR), 0.0, 1.0) / shares.sum(), np.float32)


def _read(
    content: bytes,
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int8], NDArray[np.uint32], NDArray[np.float32]]:
    passages, words, known = (int(number) for number in np.frombuffer(content, _HEADER, 3))
    at = 3 * _HEADER.itemsize
    starts = np.frombuffer(content, "<i8", passages, at)
    pieces = np.frombuffer(content, "<u4", words, at := at + starts.nbytes)
    distinct = np.frombuffer(content, "<u4", known, at := at + pieces.nbytes)
    idfs = np.frombuffer(content, "<f4", known + 1, at := at + distinct.nbytes)
    tokens = np.frombuffer(content, np.int8, -1, at + idfs.nbytes).reshape(words, TOKEN_DIMENSIONS)
    return starts, pieces, tokens, distinct, idfs
