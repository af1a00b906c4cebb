"""Owns what a measurement is: pairs of figures, ours beside the baseline's, and the ratio they come to.

Refuses a ratio of figures taken at different times: a pair is measured back to back.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Good(StrEnum):
    """How the ratio is formed: by how many times ours is better, or our share of what the baseline takes."""

    LESS_TIME = "baseline / ours"
    MORE_WORK = "ours / baseline"
    SMALL_SHARE = "ours / baseline, small is good"


class Verdict(StrEnum):
    """A row without a target is for information."""

    OK = "OK"
    SHORT = "FALLS SHORT"
    NO_TARGET = "-"


@dataclass(frozen=True, slots=True)
class Pair:
    """One round: both figures, and the processor seconds each took where that is measured."""

    ours: float
    plain: float
    ours_cpu: float | None = None
    plain_cpu: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement over all its rounds. `cpu_ratio` is the same ratio by processor time: load does not move it."""

    name: str
    unit: str
    good: Good
    ours: float
    plain: float
    ratio: float
    cpu_ratio: float | None
    target: float | None
    rounds: int

    @property
    def verdict(self) -> Verdict:
        """Judged by the ratio as measured, never by processor time."""
        if self.target is None:
            return Verdict.NO_TARGET
        met = self.ratio <= self.target if self.good is Good.SMALL_SHARE else self.ratio >= self.target
        return Verdict.OK if met else Verdict.SHORT


def row(name: str, unit: str, good: Good, pairs: Sequence[Pair], target: float | None = None) -> Row:
    """Medians of the rounds; the ratio is the median of each round's ratio. `pairs` is not empty."""
    return Row(
        name=name,
        unit=unit,
        good=good,
        ours=statistics.median(pair.ours for pair in pairs),
        plain=statistics.median(pair.plain for pair in pairs),
        ratio=statistics.median(_ratio(good, pair) for pair in pairs),
        cpu_ratio=_cpu_ratio(pairs),
        target=target,
        rounds=len(pairs),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _ratio(good: Good, pair: Pair) -> float:
    return pair.plain / pair.ours if good is Good.LESS_TIME else pair.ours / pair.plain


def _cpu_ratio(pairs: Sequence[Pair]) -> float | None:
    """By how many times the baseline takes more processor time for the same work."""
    ratios = [
        pair.plain_cpu / pair.ours_cpu
        for pair in pairs
        if pair.plain_cpu is not None and pair.ours_cpu is not None and pair.ours_cpu > 0
    ]
    return statistics.median(ratios) if ratios else None
