"""Columns of passages by article, against the same worked out one article at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.scored_rows import Column, ScoredRows, grouped

COUNTS = st.lists(st.integers(1, 5), min_size=1, max_size=8)


def table(counts: list[int], column: Column) -> ScoredRows:
    """Passages of as many articles as there are counts, every second of the base."""
    owners, starts = grouped(np.repeat(np.arange(len(counts)) * 2, counts))
    return ScoredRows(np.arange(len(column)), owners, starts, column, column, column, column, column)


@given(COUNTS, st.integers(0, 2**32))
def test_best_and_top_are_those_of_each_article_alone(counts: list[int], seed: int) -> None:
    column = np.random.default_rng(seed).integers(-9, 9, sum(counts)).astype(np.float64)
    found = table(counts, column)
    alone = np.split(column, np.cumsum(counts)[:-1])
    assert found.owners.tolist() == [2 * place for place in range(len(counts))]
    assert found.ends.tolist() == np.cumsum(counts).tolist()
    assert found.best(column).tolist() == [max(each) for each in alone]
    assert found.top(column, 3).tolist() == [([*sorted(each, reverse=True), 0, 0, 0])[:3] for each in alone]


def test_nothing_found_has_no_articles() -> None:
    owners, starts = grouped(np.empty(0, np.int64))
    assert len(owners) == len(starts) == 0
