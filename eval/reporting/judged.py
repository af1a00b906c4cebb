"""Owns reading a run as answers: which drafts were right, what became of each answerable question.

Refuses to plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.casebook.case import KNOWLEDGE_KINDS, Kind
from bot.decision.outcome import Verdict
from eval.calibration.quality import Bin, Point, reliability, risk_coverage
from eval.calibration.samples import NEGATIVE_KINDS, Floats
from eval.checks.measure import Measure
from eval.result import CaseResult

MOST_MISTAKES = 10


class Fate(StrEnum):
    """What became of a question that the base can answer."""

    RIGHT = "answered right"
    ASKED_BACK = "asked back"
    HANDED_OFF = "handed off"
    WRONG = "answered wrong"


@dataclass(frozen=True, slots=True)
class AreaFates:
    """The fates of an area's answerable questions, as counts."""

    area: str
    counts: tuple[tuple[Fate, int], ...]
    total: int

    def share(self, fate: Fate) -> float:
        """In [0, 1]."""
        return dict(self.counts).get(fate, 0) / self.total


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of a sensitive category's messages were recognised, and how many named exactly."""

    category: str
    flagged: float
    exact: float
    count: int


def was_right(case: CaseResult) -> bool:
    """True when the top article is right and its span is in the draft."""
    found = case.values.get(Measure.RECALL_AT_1) == 1.0
    return found and case.values.get(Measure.SPAN_DRAFTED, 1.0) == 1.0


def curve(cases: Sequence[CaseResult]) -> tuple[Point, ...]:
    """Risk at each coverage, over questions with and without an answer in the base."""
    scores, right = _scored(cases)
    return risk_coverage(scores, right)


def bins(cases: Sequence[CaseResult]) -> tuple[Bin, ...]:
    """Ten equal-sized bins of confidence."""
    scores, right = _scored(cases)
    return reliability(scores, right)


def fates(cases: Sequence[CaseResult]) -> tuple[AreaFates, ...]:
    """Per area, best first."""
    asked = [case for case in cases if case.kind in KNOWLEDGE_KINDS and case.decision is not None]
    found = [_area(area, [c for c in asked if c.area == area]) for area in sorted({c.area for c in asked})]
    return tuple(sorted(found, key=lambda fate: (-fate.share(Fate.RIGHT), fate.area)))


def recalls(cases: Sequence[CaseResult]) -> tuple[Recall, ...]:
    """Per sensitive category, worst first."""
    sensitive = [case for case in cases if case.kind is Kind.SENSITIVE and case.values]
    names = sorted({case.category for case in sensitive if case.category})
    found = [_recall(name, [case for case in sensitive if case.category == name]) for name in names]
    return tuple(sorted(found, key=lambda recall: (recall.flagged, recall.exact, recall.category)))


def confident_mistakes(cases: Sequence[CaseResult]) -> tuple[CaseResult, ...]:
    """Answers that were wrong, the most confident first."""
    wrong = [case for case in cases if case.decision is Verdict.ANSWER and _is_mistake(case)]
    return tuple(sorted(wrong, key=lambda case: (-case.confidence, case.id))[:MOST_MISTAKES])


def _is_mistake(case: CaseResult) -> bool:
    if case.kind in KNOWLEDGE_KINDS:
        return case.values.get(Measure.SPAN_SHOWN) == 0.0 or case.values.get(Measure.VARIANT_MIXED) == 1.0
    return case.values.get(Measure.DECISION_ACCEPTED) == 0.0 and bool(case.cited)


def _scored(cases: Sequence[CaseResult]) -> tuple[Floats, Floats]:
    asked = [c for c in cases if c.confidence > 0 and (c.kind in NEGATIVE_KINDS or Measure.SPAN_DRAFTED in c.values)]
    scores = np.array([case.confidence for case in asked], np.float64)
    return scores, np.array([was_right(case) for case in asked], np.float64)


def _area(area: str, cases: Sequence[CaseResult]) -> AreaFates:
    found = [_fate(case) for case in cases]
    return AreaFates(area, tuple((fate, found.count(fate)) for fate in Fate), len(cases))


def _fate(case: CaseResult) -> Fate:
    if case.decision is Verdict.CLARIFY:
        return Fate.ASKED_BACK
    if case.decision in (Verdict.HANDOFF, Verdict.REFUSE):
        return Fate.HANDED_OFF
    right = case.values.get(Measure.SPAN_SHOWN, 0.0) == 1.0 and not case.values.get(Measure.VARIANT_MIXED, 0.0)
    return Fate.RIGHT if right else Fate.WRONG


def _recall(name: str, cases: Sequence[CaseResult]) -> Recall:
    flagged = sum(case.values[Measure.SENSITIVE_FLAGGED] for case in cases)
    exact = sum(case.values[Measure.SENSITIVE_EXACT] for case in cases)
    return Recall(name, flagged / len(cases), exact / len(cases), len(cases))
