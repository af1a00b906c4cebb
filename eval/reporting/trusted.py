"""Owns what the report says of how far answers can be trusted: the chosen point, its limit, curves and their tables.

Refuses markup, and to count a case of the tune split: the confidence was fitted on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.casebook.case import Split
from bot.casebook.trade_off import TradeOff
from eval.calibration import bound
from eval.calibration.quality import Bin, Point
from eval.reporting import judged, plots
from eval.result import RunResult

LIMIT = 0.10
CONFIDENCE = 0.95
STEPS = 10
"""Rows of the table beside the curve of risk."""


@dataclass(frozen=True, slots=True)
class Trust:
    """`now`: what the threshold in use does on the test split, None when nothing is answered; `most_wrong`: with
    `confidence`, no more of such answers are wrong. `rows`: the curve as a table; `estimated`: the threshold itself was
    chosen without a proven bound.
    """

    now: Point | None
    most_wrong: float
    confidence: float
    asked: int
    rows: tuple[Point, ...]
    bins: tuple[Bin, ...]
    calibration_error: float
    risk_svg: str
    reliability_svg: str
    estimated: bool
    offered: TradeOff | None
    stale: bool


def trust(run: RunResult, offered: TradeOff | None) -> Trust:
    """How far the answers of a run can be trusted."""
    test, tune = ([case for case in run.cases if case.split is split] for split in (Split.TEST, Split.TUNE))
    points, bins = judged.curve(test), judged.bins(test)
    now = next((point for point in reversed(points) if point.threshold >= run.answer_from), None)
    total = sum(each.count for each in bins)
    return Trust(
        now=now,
        most_wrong=bound.upper_limit(now.wrong, now.answered, 1 - CONFIDENCE) if now else 1.0,
        confidence=CONFIDENCE,
        asked=total,
        rows=_rows(points),
        bins=bins,
        calibration_error=sum(abs(b.confidence - b.right) * b.count for b in bins) / (total or 1),
        risk_svg=plots.risk_coverage(points, judged.curve(tune), now, LIMIT),
        reliability_svg=plots.reliability(bins),
        estimated=run.estimated,
        offered=offered,
        stale=offered is not None and offered.generation != run.generation,
    )


def _rows(points: Sequence[Point]) -> tuple[Point, ...]:
    """The point at or after each tenth of the questions."""
    wanted = (step / STEPS for step in range(1, STEPS + 1))
    found = (next((p for p in points if p.coverage >= share - 1e-9), None) for share in wanted)
    return tuple(dict.fromkeys(point for point in found if point is not None))
