"""Owns which articles are versions of one subject for different regions: what they say differs, and one of them is
wrong for the customer. Refuses to go by titles or ids: authors write them as they like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex

ALIKE = 0.6
"""Cosine of two articles' mean passages from which they are about one subject: docs/decisions/0037."""

Versions = Mapping[str, tuple[Article, ...]]

_known: WeakKeyDictionary[KnowledgeIndex, Versions] = WeakKeyDictionary()
"""A generation never changes, so this is worked out once; it goes with its generation."""


def versions(index: KnowledgeIndex, article_id: str) -> tuple[Article, ...]:
    """What says the same of each other region, nearest first; who may see them is the caller's to know."""
    if index not in _known:
        _known[index] = _versions(index)
    return _known[index].get(article_id, ())


def _versions(index: KnowledgeIndex) -> Versions:
    regional = [(place, article) for place, article in enumerate(index.ordered) if article.region]
    if not regional:
        return {}
    means = np.stack([_mean(index, place) for place, _ in regional])
    articles = [article for _, article in regional]
    alike = [_alike(row, near, articles) for row, near in enumerate(means @ means.T)]
    return {article.id: tuple(_with_theirs(row, alike, articles)) for row, article in enumerate(articles)}


def _alike(row: int, near: NDArray[np.float32], articles: Sequence[Article]) -> list[int]:
    """Places of the articles that are like the one at `row`, nearest first."""
    order = np.argsort(-near, kind="stable").tolist()
    return [place for place in order if near[place] >= ALIKE and _apart(articles[row], articles[place])]


def _with_theirs(row: int, alike: Sequence[Sequence[int]], articles: Sequence[Article]) -> list[Article]:
    """The article's versions and, for a region that none of them is for, theirs: authors may say the same of two
    regions in few common words, and of the third between them."""
    found = list(alike[row])
    for place in (each for version in alike[row] for each in alike[version]):
        told = {*articles[row].region, *(region for at in found for region in articles[at].region)}
        if not told & set(articles[place].region):
            found.append(place)
    return [articles[place] for place in found]


def _mean(index: KnowledgeIndex, place: int) -> NDArray[np.float32]:
    mean = np.mean([each.vector for each in index.encoded(index.rows_at(place).tolist())], axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _apart(one: Article, other: Article) -> bool:
    return one.area == other.area and not set(one.region) & set(other.region)
