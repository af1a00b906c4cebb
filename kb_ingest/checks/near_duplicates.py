"""Owns the search for articles that say nearly the same: Jaccard of word 5-shingles of at least 0.8.

Exact but for shingles that very many articles share, and about linear in the size of the library: pairs that
can reach the limit share one of the smallest shingle hashes (prefix filtering), and only those are compared. Refuses to
judge which of two should go.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article, Problem, ProblemKind, Severity, Status
from kb_ingest.checks.readers import related

LIMIT = 0.8
_SHINGLE = 5
_FEWEST = 20  # shingles; shorter articles resemble each other without meaning anything
_COMMON = 100  # a shingle of more articles than this is boilerplate and proposes no pair
_TRIES = 10
_WORD = re.compile(r"\w+")
_FACTORS = np.array([3**20, 3**15, 3**10, 3**5, 1], dtype=np.uint64)

Shingles = NDArray[np.uint64]


def nowhere(_article: Article) -> None:
    """No file is known."""


def near_duplicates(articles: Sequence[Article], line: Callable[[Article], int | None] = nowhere) -> list[Problem]:
    """A warning per published article that nearly repeats an earlier one, naming the closest; `line` is its place."""
    return [_problem(article, line(article), other, jaccard) for article, other, jaccard in repeated(articles)]


def repeated(articles: Sequence[Article]) -> Iterator[tuple[Article, Article, float]]:
    """(article, the earlier one that it nearly repeats most closely, Jaccard), of published ones."""
    shown = [article for article in articles if article.status is Status.PUBLISHED]

    def may_be_meant(one: int, other: int) -> bool:
        return not related(shown[one], shown[other])

    for one, other, jaccard in closest_earlier([article.text for article in shown], may_be_meant):
        yield shown[one], shown[other], jaccard


def closest_earlier(texts: Sequence[str], comparable: Callable[[int, int], bool]) -> Iterator[tuple[int, int, float]]:
    """(number of a text, number of the earlier text closest to it, Jaccard of at least LIMIT), of comparable ones."""
    shingles = [_shingles(text) for text in texts]
    seen: dict[int, list[int]] = defaultdict(list)
    for number, mine in enumerate(shingles):
        if len(mine) < _FEWEST:
            continue
        prefix = mine[: len(mine) - int(np.ceil(LIMIT * len(mine))) + 1].tolist()
        shared = Counter(other for shingle in prefix for other in seen[shingle] if comparable(number, other))
        pairs = [(_jaccard(mine, shingles[other]), other) for other, _ in shared.most_common(_TRIES)]
        jaccard, closest = max(pairs, default=(0.0, -1))
        if jaccard >= LIMIT:
            yield number, closest, jaccard
        for shingle in prefix:
            if len(seen[shingle]) < _COMMON:
                seen[shingle].append(number)


def _shingles(text: str) -> Shingles:
    words = np.array([zlib.crc32(word.encode()) for word in _WORD.findall(text.lower())], dtype=np.uint64)
    if len(words) < _SHINGLE:
        return np.zeros(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(words, _SHINGLE)
    mixed = (windows * _FACTORS).sum(axis=1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.unique(mixed ^ (mixed >> np.uint64(29)))


def _jaccard(one: Shingles, other: Shingles) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _problem(article: Article, line: int | None, other: Article, jaccard: float) -> Problem:
    message = f"{jaccard:.0%} the same as {other.id} ({other.source}): merge them or say what sets them apart"
    return Problem(article.source, line, message, ProblemKind.NEAR_DUPLICATE, Severity.WARNING)
