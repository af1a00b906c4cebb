"""Owns what the fitted screen sees of a text: nearness to landmarks, words, length. Refuses to weigh any of it.

Nearness alone cannot tell "kill a process" from "kill a man": the words are needed beside the vectors. They are
hashed into buckets, so that no word list of anybody's data set has to be kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.decision.normalise import normalise

Floats = NDArray[np.float32]

BUCKETS = 4096
WORDS_WEIGHT = 0.3
"""Length of the vector of words beside a vector of nearness, whose length is at most 1."""
GAMMA = 1.0
LONG = 3.0
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def features(texts: Sequence[str], vectors: Floats, landmarks: Floats) -> Floats:
    """Shape (n, landmarks + BUCKETS + 2): nearness, words, length, and a constant 1."""
    lengths = np.array([[np.log1p(len(text.split())) / LONG, 1.0] for text in texts], np.float32)
    return np.hstack([nearness(vectors, landmarks), words(texts), lengths.reshape(-1, 2)])


def nearness(vectors: Floats, landmarks: Floats) -> Floats:
    """A Gaussian of the distance to each landmark, in (0, 1]; shape (n, landmarks)."""
    lengths = (vectors**2).sum(axis=1, keepdims=True) + (landmarks**2).sum(axis=1)
    squared = lengths - 2.0 * vectors @ landmarks.T
    return np.asarray(np.exp(-GAMMA * np.maximum(squared, 0.0)), np.float32)


def words(texts: Sequence[str]) -> Floats:
    """Single words and pairs, hashed with a sign; each row has length WORDS_WEIGHT, or 0 without a word."""
    rows = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for key in _keys(text):
            code = zlib.crc32(key.encode())
            row[code % BUCKETS] += 1.0 if code >> 20 & 1 else -1.0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(WORDS_WEIGHT * rows / np.maximum(lengths, 1.0), np.float32)


def _keys(text: str) -> set[str]:
    said = WORD.findall(normalise(text))
    return {*said, *(f"{first} {second}" for first, second in pairwise(said))}
