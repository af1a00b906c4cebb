"""Owns the retrieval measures: recall at 1, 3 and 5, MRR@10, nDCG@10.

Refuses cases without an expected article.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from bot.casebook.case import KNOWLEDGE_KINDS, Case
from eval.checks.measure import Measure, Result
from eval.knowledge import Knowledge
from eval.observation import Observation

DEPTH = 10
_RECALLS = {Measure.RECALL_AT_1: 1, Measure.RECALL_AT_3: 3, Measure.RECALL_AT_5: 5}


def judge(case: Case, seen: Observation, _knowledge: Knowledge) -> Iterator[Result]:
    """Any expected article counts as found: each of them answers fairly."""
    if case.kind not in KNOWLEDGE_KINDS or seen.small_talk:
        return
    rank = first_right(seen.ranked, case.expect.articles)
    for measure, depth in _RECALLS.items():
        yield Result(measure, float(rank is not None and rank <= depth))
    yield Result(Measure.MRR_AT_10, 1.0 / rank if rank is not None and rank <= DEPTH else 0.0)
    yield Result(Measure.NDCG_AT_10, ndcg(seen.ranked, case.expect.articles))


def first_right(ranked: Sequence[str], relevant: Collection[str]) -> int | None:
    """Rank, from 1, of the first relevant article; None when none was found."""
    return next((rank for rank, article in enumerate(ranked, 1) if article in relevant), None)


def ndcg(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Binary nDCG over the first ten."""
    gained = sum(1 / math.log2(rank + 1) for rank, article in enumerate(ranked[:DEPTH], 1) if article in relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(set(relevant)), DEPTH) + 1))
    return gained / ideal if ideal else 0.0
