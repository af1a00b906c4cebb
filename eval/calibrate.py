"""Owns the story of a calibration: samples → fit → out-of-fold quality → bound → file.

Refuses the test split.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from bot.decision.confidence import Calibration
from bot.decision.signals import Signals
from bot.retrieval.ranking import LONG_FROM
from eval.calibration import bound, logistic, quality, samples
from eval.calibration.file import Provenance, SetCount
from eval.calibration.goes_on import Fitted as FittedOnGoing
from eval.calibration.quality import Point
from eval.calibration.samples import Floats, Sample

L2 = 3.0
LEFT_OUT = ("words", "pinned", "other_code", "goes_on", "own_left_open", "own_late")
"""A count, and what is sure: no evidence; and what is known of messages after others alone: `goes_on.py`."""
UNANSWERED_SHARE = 0.4
"""Of the weight in a fit: what authors know to be unanswered, however many questions they wrote down."""
WITH_UNANSWERED = "left_open*late"
"""How near the unanswered questions come tells most of a message whose every word is met."""
CLARIFY_SHARE = 0.8
"""Clarifying from this share of the answering threshold on; where it is carried over to bases without labels, less."""
CARRIED_CLARIFY_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asks for: at most `max_wrong` among the answered, with this `confidence`; `answer_from` is a
    threshold that a person chose, which then is kept; `max_open` the share of unanswered questions that may
    be answered.
    """

    max_wrong: float = 0.05
    confidence: float = 0.95
    l2: float = L2
    features: tuple[str, ...] = ()
    answer_from: float | None = None
    max_open: float = 0.1


@dataclass(frozen=True, slots=True)
class SetQuality:
    """One set: AUROC and calibration error of out-of-fold confidences, and what the threshold does there."""

    name: str
    samples: int
    auroc: float
    calibration_error: float
    answered: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, how good it is, and the samples and out-of-fold confidences that show it."""

    calibration: Calibration
    provenance: Provenance
    chosen: Point | None
    points: tuple[Point, ...]
    sets: tuple[SetQuality, ...]
    samples: tuple[Sample, ...]
    estimates: Floats
    goes_on: FittedOnGoing | None = None

    def going_on(self, found: FittedOnGoing | None) -> Fitted:
        """With what is known of messages that go on, if anything."""
        calibration = replace(self.calibration, goes_on=found.goes_on if found else None)
        return replace(self, calibration=calibration, goes_on=found)


def calibrate(
    found: Sequence[Sample], unanswered: Sequence[Sample], before: Calibration, wanted: Wanted, generation: str
) -> Fitted:
    """For one base with labelled questions: fitted on them, and on those that its authors know to be `unanswered`.

    The threshold is chosen by a finite-sample bound on the labelled ones; where none can be proven, it is the least at
    which at most `max_open` of the unanswered would be answered.
    """
    every = [*found, *unanswered]
    if unanswered and not wanted.features:
        wanted = replace(wanted, features=(*default_features(), WITH_UNANSWERED))
    folds = [str(quality.fold_of(f"{found[0].source}:{sample.group}")) for sample in every]
    share = UNANSWERED_SHARE / (1 - UNANSWERED_SHARE) * len(found) / max(len(unanswered), 1)
    importance = np.array([1.0] * len(found) + [share] * len(unanswered))
    judged = _as_asked(_judged(every, wanted, folds, importance, len(found)), samples.labels(found))
    if wanted.answer_from is not None:
        return _fitted(judged, every, before, wanted, None, wanted.answer_from, generation, _none(wanted, len(found)))
    chosen = bound.choose(judged.points, wanted.max_wrong, wanted.confidence)
    shown = judged.estimates[len(found) :]
    most = bound.most(len(shown), wanted.max_open, 1 - wanted.confidence)
    if chosen is None and most is not None:
        kept = float(np.sort(shown)[-most]) if most else float(shown.max()) + 1 / bound.PLACES
        return _fitted(judged, every, before, wanted, None, kept, generation, _held_back(shown, kept, wanted))
    guarantee = _guarantee(chosen, wanted, len(found)) if chosen else _none(wanted, len(found))
    return _fitted(judged, every, before, wanted, chosen, before.answer_from, generation, guarantee)


def carry_over(found: Sequence[Sample], before: Calibration, wanted: Wanted, generation: str) -> Fitted:
    """For bases that nobody has labelled: fitted on many sets, each counting the same, and judged on each by a fit that
    saw nothing of it. The threshold is the most generous that kept the wrong answers within bounds there. Briefs are
    left out: they are ranked by weights of their own, and one set of them says nothing of others.
    """
    found = [sample for sample in found if sample.signals.words < LONG_FROM]
    sizes = Counter(sample.source for sample in found)
    importance = np.array([len(found) / len(sizes) / sizes[sample.source] for sample in found])
    judged = _judged(found, wanted, [sample.source for sample in found], importance, len(found))
    within = [point for point in judged.points if point.risk <= wanted.max_wrong]
    chosen = within[-1] if within else None
    guarantee = (
        f"Estimated: on {len(_names(found))} sets, each judged by a fit on the others, {wanted.max_wrong:.0%} of the "
        "answers given were wrong in all. For a base of your own, calibrate on its labelled questions."
    )
    kept = before.answer_from if wanted.answer_from is None else wanted.answer_from
    fitted = _fitted(judged, found, before, wanted, chosen, kept, generation, guarantee)
    clarify_from = bound.rounded_down(CARRIED_CLARIFY_SHARE * fitted.calibration.answer_from)
    return replace(fitted, calibration=replace(fitted.calibration, clarify_from=clarify_from, estimated=True))


@dataclass(frozen=True, slots=True)
class _Judged:
    """The fit on all samples, and what held-out samples show: `estimates` and the points that the first `counted`
    give, those that are a sample of what customers ask.
    """

    features: tuple[str, ...]
    fit: logistic.Fit
    estimates: Floats
    counted: int
    points: tuple[Point, ...]


def _judged(
    found: Sequence[Sample], wanted: Wanted, folds: Sequence[str], importance: Floats, counted: int
) -> _Judged:
    features = wanted.features or default_features()
    rows, right = samples.matrix(found, features), samples.labels(found)
    estimates = quality.out_of_fold(rows, right, folds, wanted.l2, importance)
    fit = logistic.fit(rows, right, wanted.l2, importance)
    return _Judged(features, fit, estimates, counted, quality.risk_coverage(estimates[:counted], right[:counted]))


def _as_asked(judged: _Judged, right: Floats) -> _Judged:
    """With confidences that are true of what customers ask, the labelled cases: the fit saw more that is unanswered.
    Only the intercept is moved, so that the order stays (prior correction: King and Zeng, Logistic Regression in Rare
    Events Data, 2001)."""
    mean = (right.sum() + 0.5) / (len(right) + 1)
    by = logistic.shift_to(judged.estimates[: judged.counted], mean)
    estimates = logistic.shifted(judged.estimates, by)
    points = quality.risk_coverage(estimates[: judged.counted], right)
    return replace(judged, fit=judged.fit.shifted(by), estimates=estimates, points=points)


def _fitted(
    judged: _Judged, found: Sequence[Sample], before: Calibration, wanted: Wanted, chosen: Point | None, kept: float,
    generation: str, guarantee: str,
) -> Fitted:  # fmt: skip
    right = samples.labels(found)
    answer_from = chosen.threshold if chosen else kept
    calibration = replace(
        before,
        weights={name: float(weight) for name, weight in zip(judged.features, judged.fit.weights, strict=True)},
        intercept=judged.fit.intercept,
        answer_from=bound.rounded_down(answer_from),
        clarify_from=bound.rounded_down(CLARIFY_SHARE * answer_from),
        estimated=chosen is None,
    )
    provenance = Provenance(
        date=date.today().isoformat(),
        sets=_counts(found),
        generation=generation,
        l2=wanted.l2,
        auroc=quality.auroc(judged.estimates[: judged.counted], right[: judged.counted]),
        calibration_error=quality.calibration_error(judged.estimates[: judged.counted], right[: judged.counted]),
        max_wrong=wanted.max_wrong,
        confidence=wanted.confidence,
        coverage=chosen.coverage if chosen else 0.0,
        guarantee=guarantee,
    )
    sets = tuple(_set_quality(name, found, judged.estimates, right, calibration.answer_from) for name in _names(found))
    return Fitted(calibration, provenance, chosen, judged.points, sets, tuple(found), judged.estimates)


def default_features() -> tuple[str, ...]:
    """Every signal that is evidence."""
    return tuple(field.name for field in fields(Signals) if field.name not in LEFT_OUT)


def _set_quality(
    name: str, found: Sequence[Sample], estimates: Floats, right: Floats, answer_from: float
) -> SetQuality:
    mine = np.array([sample.source == name for sample in found])
    scores, labels = estimates[mine], right[mine]
    answered = scores >= answer_from
    return SetQuality(
        name,
        int(mine.sum()),
        quality.auroc(scores, labels),
        quality.calibration_error(scores, labels),
        float(answered.mean()),
        float(1.0 - labels[answered].mean()) if answered.any() else 0.0,
    )


def _guarantee(chosen: Point, wanted: Wanted, count: int) -> str:
    return (
        f"Of questions drawn like the {count} tuning cases, at most {wanted.max_wrong:.0%} of the answers "
        f"given are wrong, with {wanted.confidence:.0%} confidence; seen: {chosen.wrong} wrong of "
        f"{chosen.answered} answered ({chosen.coverage:.0%} of the questions). Confidences are out of fold; "
        "another mix of questions voids it."
    )


def _none(wanted: Wanted, count: int) -> str:
    return (
        f"None: on {count} tuning cases no threshold keeps wrong answers at or below "
        f"{wanted.max_wrong:.0%} with {wanted.confidence:.0%} confidence. "
        f"The threshold {'chosen by a person' if wanted.answer_from is not None else 'from before'} was kept."
    )


def _held_back(shown: Floats, threshold: float, wanted: Wanted) -> str:
    answered = int((shown >= threshold).sum())
    limit = bound.upper_limit(answered, len(shown), 1 - wanted.confidence)
    return (
        f"Of questions like the {len(shown)} that authors know to be unanswered, at most {limit:.1%} are answered, "
        f"with {wanted.confidence:.0%} confidence; seen: {answered}, each by a fit without its article. No threshold "
        f"keeps wrong answers at or below {wanted.max_wrong:.0%} of all answers on the tuning cases."
    )


def _counts(found: Sequence[Sample]) -> tuple[SetCount, ...]:
    total = Counter(sample.source for sample in found)
    right = Counter(sample.source for sample in found if sample.right)
    return tuple(SetCount(name, total[name], right[name]) for name in _names(found))


def _names(found: Sequence[Sample]) -> list[str]:
    return list(dict.fromkeys(sample.source for sample in found))
