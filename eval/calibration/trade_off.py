"""Owns what each target for wrong answers would cost on the labelled cases, as the console and the report show it.

Refuses to choose: it lists, and each offer names the command that a person may run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.casebook import trade_off as kept
from bot.casebook.trade_off import AreaCount, Offer, Target, TradeOff
from bot.storage import clock
from eval.calibration import bound, quality, samples
from eval.calibration.quality import Point
from eval.calibration.samples import Floats, Sample

TARGETS = tuple(percent / 100 for percent in range(1, 31))
FEWEST = 20
"""Answers below which a share that was seen says nothing."""


def trade_off(
    found: Sequence[Sample], estimates: Floats, areas: Mapping[str, str], confidence: float, generation: str, base: str
) -> TradeOff:
    """What each target offers on `found`, of which `estimates` holds the out-of-fold confidences; `areas` by case."""
    points = quality.risk_coverage(estimates, samples.labels(found))
    seen = _Seen(found, estimates, areas)
    targets = tuple(_target(seen, points, max_wrong, confidence) for max_wrong in TARGETS)
    return TradeOff(kept.FORMAT, clock.now(), generation, base, confidence, len(found), targets)


class _Seen:
    """The cases, as an offer counts them."""

    def __init__(self, found: Sequence[Sample], estimates: Floats, areas: Mapping[str, str]) -> None:
        self._estimates = estimates
        self._right = samples.labels(found)
        self._areas = np.array([areas[sample.id] for sample in found])

    def offer(self, point: Point, command: str) -> Offer:
        """The offer of a threshold."""
        threshold = bound.rounded_down(point.threshold)
        return Offer(threshold, point.answered, point.wrong, self._by_area(point), command)

    def _by_area(self, point: Point) -> tuple[AreaCount, ...]:
        answered = self._estimates >= point.threshold
        counts = []
        for area in sorted(set(self._areas.tolist())):
            mine = self._areas == area
            wrong = int((1.0 - self._right[mine & answered]).sum())
            counts.append(AreaCount(area, int(mine.sum()), int((mine & answered).sum()), wrong))
        return tuple(counts)


def _target(seen: _Seen, points: Sequence[Point], max_wrong: float, confidence: float) -> Target:
    command = f"python -m eval calibrate --max-wrong {max_wrong:g} --confidence {confidence:g}"
    proven = bound.choose(points, max_wrong, confidence)
    within = [point for point in points if point.answered >= FEWEST and point.risk <= max_wrong]
    by_hand = f"{command} --answer-from {bound.rounded_down(within[-1].threshold):g}" if within else ""
    return Target(
        max_wrong,
        proven=seen.offer(proven, command) if proven else None,
        seen=seen.offer(within[-1], by_hand) if within else None,
    )
