"""Owns the fitted screen: the numbers of `sensitive.npz` and the odds they give. Refuses to fit or decide.

The file holds fitted numbers only: landmarks in the encoder's space, weights, least log-odds, and a digest of
every policy sentence the fit has seen. No sentence of a public set is in it. `python -m eval screen --write` makes it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.decision.normalise import normalise
from bot.decision.screen_features import BUCKETS, Floats, features
from bot.errors import BadPolicy

SCREEN_FIT_FILE = "sensitive.npz"
DIGEST_BYTES = 8
PART_HANDICAP = 1.2
"""Log-odds that a sentence of a message is held back by: out of its context it says less."""
STEPS = 127.0
"""A landmark's coordinate is kept as a whole number of 127ths."""


@dataclass(frozen=True, slots=True)
class ScreenFit:
    """`landmarks` (m, d); `weights` (m + BUCKETS + 2, categories); `floors` (categories,) least log-odds."""

    categories: tuple[str, ...]
    landmarks: Floats
    weights: Floats
    floors: Floats
    known: frozenset[bytes]

    def log_odds(self, pieces: Sequence[str], vectors: Floats) -> Floats:
        """How likely each piece of a message belongs to each category, shape (pieces, categories).

        The first piece is the whole message; a sentence alone must be surer to count as much.
        """
        if not self.categories:
            return np.zeros((len(pieces), 0), np.float32)
        odds = np.asarray(features(pieces, vectors, self.landmarks) @ self.weights, np.float32)
        odds[1:] -= PART_HANDICAP
        return odds

    def knows(self, sentence: str) -> bool:
        """Whether the fit has seen this sentence of the policy."""
        return digest(sentence) in self.known


def digest(sentence: str) -> bytes:
    """What is kept of a policy's sentence: enough to tell whether it was there at the fit."""
    return hashlib.sha256(normalise(sentence).encode()).digest()[:DIGEST_BYTES]


def whole_steps(landmarks: Floats) -> NDArray[np.int8]:
    """Coordinates in [-1, 1] as they are kept in the file."""
    return np.asarray(np.round(landmarks * STEPS), np.int8)


def blank() -> ScreenFit:
    """The fit of a folder without a file: it knows no sentence, so that every one of the policy acts by itself."""
    nothing = np.zeros((BUCKETS + 2, 0), np.float32)
    return ScreenFit((), np.zeros((0, 1), np.float32), nothing, np.zeros(0, np.float32), frozenset())


def read_screen_fit(path: Path) -> ScreenFit:
    """The fit beside a policy, a blank one where there is none; BadPolicy says what is wrong with the file."""
    if not path.exists():
        return blank()
    try:
        with np.load(path, allow_pickle=False) as kept:
            known = kept["known"]
            return ScreenFit(
                categories=tuple(str(name) for name in kept["categories"]),
                landmarks=kept["landmarks"].astype(np.float32) / STEPS,
                weights=kept["weights"].astype(np.float32),
                floors=kept["floors"].astype(np.float32),
                known=frozenset(bytes(row) for row in known),
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadPolicy(f"{path.name}: {error}; run `python -m eval screen --write`") from error


def write_screen_fit(path: Path, fit: ScreenFit) -> None:
    """Keep the fit; the same fit gives the same bytes."""
    known = np.frombuffer(b"".join(sorted(fit.known)), np.uint8).reshape(-1, DIGEST_BYTES)
    np.savez_compressed(
        path,
        allow_pickle=False,
        categories=np.array(fit.categories),
        landmarks=whole_steps(fit.landmarks),
        weights=fit.weights.astype(np.float32),
        floors=fit.floors.astype(np.float32),
        known=known,
    )
