"""Owns which passages may take part in a search at all. Refuses to rank: what is not visible is never scored."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from bot.access import Viewer
from bot.retrieval.question import Known
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex

Mask = NDArray[np.bool_]
Key = tuple[bool, str | None, str | None]

_masks: WeakKeyDictionary[KnowledgeIndex, dict[Key, Mask]] = WeakKeyDictionary()
"""A generation never changes, so a mask is worked out once; it goes with its generation."""


def visible_rows(index: KnowledgeIndex, viewer: Viewer, known: Known | None = None) -> Mask:
    """Shape (passages,): True where the viewer may see the article and it fits the known region and plan."""
    region, plan = (known.region, known.plan) if known else (None, None)
    kept = _masks.setdefault(index, {})
    key = (viewer.sees_internal, region, plan)
    if key not in kept:
        kept[key] = _mask(index, viewer, region, plan)
    return kept[key]


def suits(article: Article, region: str | None, plan: str | None) -> bool:
    """False when the article is written for another region or plan than the customer's."""
    return _within(region, article.region) and _within(plan, article.plan)


def _mask(index: KnowledgeIndex, viewer: Viewer, region: str | None, plan: str | None) -> Mask:
    fits = {
        identifier: viewer.may_see(article) and suits(article, region, plan)
        for identifier, article in index.articles.items()
    }
    return np.fromiter((fits[chunk.article_id] for chunk in index.chunks), np.bool_, len(index.chunks))


def _within(value: str | None, allowed: tuple[str, ...]) -> bool:
    return value is None or not allowed or value in allowed
