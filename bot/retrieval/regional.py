"""Owns which articles are versions of one subject for different regions: what they say differs, and one of them is
wrong for the customer. Refuses to go by titles or ids: authors write them as they like."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex

ALIKE = 0.6
"""Cosine of two articles' mean passages from which they are about one subject: docs/decisions/0037."""

Versions = Mapping[str, frozenset[str]]

_known: WeakKeyDictionary[KnowledgeIndex, Versions] = WeakKeyDictionary()
"""A generation never changes, so this is worked out once; it goes with its generation."""


def versions(index: KnowledgeIndex, article_id: str) -> frozenset[str]:
    """The articles of the same area that say the same of other regions; who may see them is the caller's to know."""
    if index not in _known:
        _known[index] = _versions(index)
    return _known[index].get(article_id, frozenset())


def _versions(index: KnowledgeIndex) -> Versions:
    regional = [(place, article) for place, article in enumerate(index.ordered) if article.region]
    if not regional:
        return {}
    means = np.stack([_mean(index, place) for place, _ in regional])
    alike = means @ means.T >= ALIKE
    return {
        article.id: frozenset(
            other.id for near, (_, other) in zip(alike[row], regional, strict=True) if near and _apart(article, other)
        )
        for row, (_, article) in enumerate(regional)
    }


def _mean(index: KnowledgeIndex, place: int) -> NDArray[np.float32]:
    mean = np.mean([each.vector for each in index.encoded(index.rows_at(place).tolist())], axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _apart(one: Article, other: Article) -> bool:
    return one.area == other.area and not set(one.region) & set(other.region)
