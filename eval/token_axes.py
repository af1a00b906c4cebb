"""Owns fitting the axes that make token vectors short: principal axes of the packaged model's token vectors.

Refuses questions: only articles of the public sets are read, the same ones each time.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.shared_sets import SharedSet
from kb_ingest.embedder import SentenceTransformersEmbedder, packaged_model
from kb_ingest.encoded import SCALE, TOKEN_DIMENSIONS

ARTICLES = 60
"""Taken from each set."""
CHARACTERS = 600
"""Of each article, title first: about a passage."""
_MODEL_DIMENSIONS = 384
_SEED = 1


def fit(sets: Sequence[SharedSet]) -> NDArray[np.float32]:
    """Axes (d, TOKEN_DIMENSIONS), the one with the most spread first; the sign of each makes its sum positive."""
    model = SentenceTransformersEmbedder(str(packaged_model()), axes=np.eye(_MODEL_DIMENSIONS, dtype=np.float32))
    spread = np.zeros((_MODEL_DIMENSIONS, _MODEL_DIMENSIONS))
    for each in model.encode_tokens([text for found in sets for text in _texts(found)]):
        rows = each.tokens.astype(np.float64) / SCALE
        spread += rows.T @ rows
    axes = np.linalg.eigh(spread)[1][:, ::-1][:, :TOKEN_DIMENSIONS]
    return (axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)).astype(np.float32)


def agreement(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How much of the space of `one` lies in that of `other`, in [0, 1]."""
    return float(np.square(one.T @ other).sum() / one.shape[1])


def _texts(found: SharedSet) -> Iterator[str]:
    with gzip.open(found.articles, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    random.Random(_SEED).shuffle(articles)  # noqa: S311 - the same sample each time is the point
    for article in articles[:ARTICLES]:
        yield f"{article['title']}\n{article['text']}"[:CHARACTERS]
