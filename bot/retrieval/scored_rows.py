"""Owns the passages of one search as columns, and what becomes of a column by article. Refuses to weigh anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """Passages `rows` (m,) in the order of the base and their scores, each (m,): see Passage for what they are.

    `owners` (a,) are the places of their articles, and `starts` (a,) where each article's passages begin: they stand
    together, because the base keeps them together.
    """

    rows: Rows
    owners: Rows
    starts: Rows
    dense: Column
    lexical: Column
    late: Column
    coverage: Column
    codes: Column

    @property
    def ends(self) -> Rows:
        """Where each article's passages end, shape (a,)."""
        return np.append(self.starts[1:], len(self.rows))

    def best(self, column: Column) -> Column:
        """The highest value of each article, shape (a,)."""
        return np.asarray(np.maximum.reduceat(column, self.starts))

    def mixed(self, other: ScoredRows, share: float) -> ScoredRows:
        """The same passages, how near each comes being by `share` what `other` says of them."""
        return replace(
            self,
            dense=(1.0 - share) * self.dense + share * other.dense,
            lexical=(1.0 - share) * self.lexical + share * other.lexical,
            late=(1.0 - share) * self.late + share * other.late,
        )

    def top(self, column: Column, most: int) -> Column:
        """The `most` highest values of each article, highest first, shape (a, most); 0 where it has fewer passages."""
        articles = np.repeat(np.arange(len(self.starts)), self.ends - self.starts)
        ranked = column[np.lexsort((-column, articles))]
        places = self.starts[:, None] + np.arange(most)
        held = places < self.ends[:, None]
        return np.where(held, ranked[np.where(held, places, 0)], 0.0)


def grouped(owners_of_rows: Rows) -> tuple[Rows, Rows]:
    """The distinct `owners` and the `starts` of their runs in (m,) places of articles that stand together."""
    starts = np.flatnonzero(np.append(True, owners_of_rows[1:] != owners_of_rows[:-1])[: len(owners_of_rows)])
    return owners_of_rows[starts], starts
