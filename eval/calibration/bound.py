"""Owns the threshold with a stated bound: "at most X wrong among the answered, with confidence C".

Refuses to hope. The upper limit of the error rate is exact (Clopper and Pearson 1934). Many thresholds are
tried, so they are tried in an order fixed before seeing any label, from careful to generous, and the first
failure ends the walk: fixed-sequence testing, which keeps the chance of any false pass below 1 - C
(Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", 2021; for selective answering Geifman and
El-Yaniv, "Selective classification for deep neural networks", 2017). Several starting points share the
allowed chance equally (Bonferroni), because an early start has too few answers to pass and a late one may
begin beyond the limit. The guarantee is for questions drawn like those it was chosen on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from eval.calibration.quality import Point

STARTS = (1.0, 1.5, 2.0, 3.0)
"""Starting points, in multiples of the least number of answers that could pass with half the allowed
errors.
"""
STEP = 5
"""Answers between two thresholds tried."""
PLACES = 10_000
"""A threshold is kept as so many parts of one."""


def upper_limit(wrong: int, answered: int, chance: float) -> float:
    """The largest error rate that would still show `wrong` or fewer of `answered` with probability
    `chance`.
    """
    if wrong >= answered:
        return 1.0
    low, high = wrong / answered, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(wrong, answered, middle) > chance else (low, middle)
    return high


def at_most(wrong: int, answered: int, rate: float) -> float:
    """Probability of `wrong` or fewer errors in `answered` at an error rate in (0, 1)."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return float(wrong >= answered)
    total, term = 0.0, answered * math.log1p(-rate)
    for errors in range(wrong + 1):
        total += math.exp(term)
        term += math.log((answered - errors) / (errors + 1)) + math.log(rate / (1 - rate)) if errors < answered else 0.0
    return min(total, 1.0)


def most(answered: int, rate: float, chance: float) -> int | None:
    """The most errors in `answered` that still show an error rate of at most `rate`; None where even none would not."""
    fewest, over = -1, answered
    while over - fewest > 1:
        middle = (fewest + over) // 2
        fewest, over = (middle, over) if upper_limit(middle, answered, chance) <= rate else (fewest, middle)
    return fewest if fewest >= 0 else None


def choose(points: Sequence[Point], max_wrong: float, confidence: float) -> Point | None:
    """The most generous point proven by the walk; None when none is. `points` as from `risk_coverage`."""
    chance = (1.0 - confidence) / len(STARTS)
    least = _least_answers(max_wrong, chance)
    walks = [_walk(points, round(least * start), max_wrong, chance) for start in STARTS]
    proven = [point for point in walks if point is not None]
    return max(proven, key=lambda point: point.answered) if proven else None


def rounded_down(threshold: float) -> float:
    """As it is kept and shown: the question at the threshold itself is answered."""
    return math.floor(round(threshold * PLACES, 6)) / PLACES


def _walk(points: Sequence[Point], first: int, max_wrong: float, chance: float) -> Point | None:
    passed, due = None, first
    for point in points:
        if point.answered < due:
            continue
        if upper_limit(point.wrong, point.answered, chance) > max_wrong:
            break
        passed, due = point, point.answered + STEP
    return passed


def _least_answers(max_wrong: float, chance: float) -> int:
    """The fewest answers at which half the allowed error rate would pass."""
    answered = 1
    while upper_limit(int(answered * max_wrong / 2), answered, chance) > max_wrong:
        answered += 1
    return answered
