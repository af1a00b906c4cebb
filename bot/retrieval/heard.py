"""Owns the question as the model reads it: its own meaning, mixed with echoes of turns before. Refuses to search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.question import Question
from kb_ingest.encoded import Encoded
from kb_ingest.token_index import TokenIndex

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """The question as the model reads it: `texts` with weights that sum to 1, and the unit `vector` of them all."""

    vector: Scores
    texts: tuple[tuple[Encoded, float], ...]


def heard(encoder: TokenEncoder, question: Question) -> Heard:
    """The question's own meaning, with what echoes of the turns before."""
    own, *others = encoder.encode_tokens([question.standalone, *(echo.text for echo in question.echoes)])
    pairs = zip(question.echoes, others, strict=True)
    weights = np.array([1.0, *(echo.heard(float(other.vector @ own.vector)) for echo, other in pairs)], np.float32)
    mixed = weights @ np.stack([each.vector for each in (own, *others)])
    shares = (weights / weights.sum()).tolist()
    texts = tuple((text, share) for text, share in zip((own, *others), shares, strict=True) if share)
    return Heard(np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32), texts)


def late_scores(tokens: TokenIndex, question: Heard, rows: NDArray[np.int64]) -> Scores:
    """How well each of the passages `rows` (m,) meets the words of the question, shape (m,)."""
    late = np.zeros(len(rows), np.float32)
    for text, share in question.texts:
        late += np.float32(share) * tokens.scores(text, rows)
    return late
