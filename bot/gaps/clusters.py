"""Owns which questions ask the same: average-link clusters of their vectors, each checked by its words.

Pure and deterministic. Refuses texts it cannot group: a question that stands alone is in no cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_ingest.lexical import terms

JOIN_FROM = 0.5
"""Least mean similarity of two groups that are one; chosen on planted questions, see decision 22."""
WORDS_COUNT = 0.4
"""How much shared rare words add to the cosine at most."""
LEAST = 4
"""Questions that make a gap: fewer may be chance."""

Vectors = NDArray[np.float32]
Similarities = NDArray[np.float32]


def similarities(texts: Sequence[str], vectors: Vectors) -> Similarities:
    """How alike each two questions are, shape (n, n): cosine, and the rare words they share."""
    # In place: of thousands of texts each table like this takes hundreds of megabytes.
    alike = _by_words(texts)
    alike *= np.float32(WORDS_COUNT)
    alike += vectors @ vectors.T
    return alike


@dataclass(frozen=True, slots=True)
class Clustered:
    """Places of questions: `joined` the new ones of each known group, in its order; `found` the new groups, of at least
    LEAST questions, largest first."""

    joined: tuple[tuple[int, ...], ...]
    found: tuple[tuple[int, ...], ...]


def cluster(texts: Sequence[str], vectors: Vectors, known: Sequence[Sequence[int]] = ()) -> Clustered:
    """Each text to the group it asks the same as; `known` groups stay whole, grow, and never become one."""
    groups = _average_link(similarities(texts, vectors), known)
    grown = [_with_shared_words(group, texts) for group in groups[: len(known)]]
    joined = (tuple(sorted(set(now) - set(before))) for now, before in zip(grown, known, strict=True))
    new = (_with_shared_words(group, texts) for group in groups[len(known) :])
    found = (tuple(group) for group in new if len(group) >= LEAST)
    return Clustered(tuple(joined), tuple(sorted(found, key=lambda group: (-len(group), group))))


def central_first(group: Sequence[int], alike: Similarities) -> tuple[int, ...]:
    """The places of one group, those first that are most like the others."""
    mean = {place: float(alike[place, list(group)].mean()) for place in group}
    return tuple(sorted(group, key=lambda place: (-mean[place], place)))


def _average_link(alike: Similarities, known: Sequence[Sequence[int]]) -> list[list[int]]:
    """The known groups, grown, then the others: the two most similar groups are joined until none are similar enough.

    The mean between a joined group and the rest is Lance and Williams' update of the means before.
    """
    placed = {place for group in known for place in group}
    groups = [list(group) for group in known] + [[place] for place in range(len(alike)) if place not in placed]
    between = _between(groups, alike, len(known))
    while groups:
        one, other = sorted(divmod(int(between.argmax()), len(between)))
        if between[one, other] < JOIN_FROM:
            break
        sizes = len(groups[one]), len(groups[other])
        joined = (between[one] * sizes[0] + between[other] * sizes[1]) / sum(sizes)
        between[one, :] = between[:, one] = joined
        between[one, one] = between[other, :] = between[:, other] = -np.inf
        groups[one] += groups[other]
        groups[other] = []
    return [*map(sorted, groups[: len(known)]), *(sorted(group) for group in groups[len(known) :] if group)]


def _between(groups: Sequence[Sequence[int]], alike: Similarities, known: int) -> NDArray[np.float64]:
    """Mean similarity of each two groups; -inf with itself, and between two that are known."""
    to_each = np.zeros((len(groups), len(alike)))
    for row, group in enumerate(groups):
        to_each[row] = alike[list(group)].mean(axis=0, dtype=np.float64)
    between = np.zeros((len(groups), len(groups)))
    for column, group in enumerate(groups):
        between[:, column] = to_each[:, list(group)].mean(axis=1)
    between[:known, :known] = -np.inf
    np.fill_diagonal(between, -np.inf)
    return between


def _with_shared_words(group: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Those that share a word with another of the group: vectors alone group questions by their tone, too."""
    found = {place: set(terms(texts[place])) for place in group}
    holders = Counter(word for words in found.values() for word in words)
    return [place for place in group if any(holders[word] > 1 for word in found[place])]


def _by_words(texts: Sequence[str]) -> Similarities:
    """The same by their words alone, each weighted by how few questions have it, at most 1."""
    words = [set(terms(text)) for text in texts]
    holders = Counter(word for found in words for word in found)
    column = {word: place for place, word in enumerate(sorted(holders))}
    rows = np.zeros((len(texts), len(column)), np.float32)
    for row, found in enumerate(words):
        for word in found:
            rows[row, column[word]] = np.log1p(len(texts) / holders[word])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows @ rows.T
