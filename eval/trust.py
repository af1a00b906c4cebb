"""Owns how far the confidence can be trusted on a base that nobody has labelled: each public set judged without it.

Refuses to let a set take part in what is measured on it: fit and threshold come from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.calibrate import L2, default_features
from eval.calibration import bound, logistic, quality, samples
from eval.calibration.samples import Floats, Sample

NEAR = "oos_near"
"""Kind of a question on the base's subject whose fact is missing."""
MAX_WRONG = 0.05
PROMISED, CONFIDENCE = 0.1, 0.95
"""What the bound is tried with: half of a few hundred questions can prove 10 %, hardly 5 %."""
LABELLED = 100
DRAWS = 20
SPLITS = 1000
SEED = 4
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Carried:
    """What a threshold does on questions that did not choose it: shares in [0, 1], `wrong` among the answered."""

    answered: float
    wrong: float
    count: int


@dataclass(frozen=True, slots=True)
class Bounded:
    """Over many splits: the share in which the promised rate was exceeded, and the mean share answered."""

    exceeded: float
    answered: float


@dataclass(frozen=True, slots=True)
class SetTrust:
    """One set. `missing`: AUROC of answerable questions against near ones without their fact, nan without such;
    `right`: AUROC of right top answers against all others; `error`: expected calibration error.
    """

    name: str
    questions: int
    missing: float
    right: float
    error: float
    carried: Carried
    labelled: Carried
    bounded: Bounded


@dataclass(frozen=True, slots=True)
class _Data:
    rows: Floats
    right: Floats
    sources: NDArray[np.str_]
    answerable: Mask
    near: Mask

    def fit(self, of: Mask) -> logistic.Fit:
        """On these rows, each set counting the same."""
        names, counts = np.unique(self.sources[of], return_counts=True)
        share = dict(zip(names.tolist(), (of.sum() / len(names) / counts).tolist(), strict=True))
        weights = np.array([share[name] for name in self.sources[of].tolist()])
        return logistic.fit(self.rows[of], self.right[of], L2, weights)


def measure(found: Sequence[Sample], splits: int = SPLITS) -> list[SetTrust]:
    """Every set in turn; the same samples give the same figures."""
    data = _Data(
        samples.matrix(found, default_features()),
        samples.labels(found),
        np.array([sample.source for sample in found]),
        np.array([sample.answerable for sample in found]),
        np.array([sample.kind == NEAR for sample in found]),
    )
    return [_trust(data, name, splits) for name in dict.fromkeys(sample.source for sample in found)]


def pooled_wrong(sets: Sequence[Carried]) -> float:
    """Wrong among all answers of the sets together."""
    answers = [each.answered * each.count for each in sets]
    wrong = sum(each.wrong * count for each, count in zip(sets, answers, strict=True))
    return wrong / (sum(answers) or 1.0)


def _trust(data: _Data, name: str, splits: int) -> SetTrust:
    mine = data.sources == name
    scores, right = data.fit(~mine).probabilities(data.rows[mine]), data.right[mine]
    known = data.near[mine] | data.answerable[mine]
    return SetTrust(
        name,
        int(mine.sum()),
        quality.auroc(scores[known], data.answerable[mine][known].astype(float)),
        quality.auroc(scores, right),
        quality.calibration_error(scores, right),
        _carried(scores, right, _threshold(data, ~mine)),
        _with_labels(data, mine),
        _bounded(scores, right, splits),
    )


def _threshold(data: _Data, of: Mask) -> float:
    """The most generous at which the answers of these sets, each judged by a fit on the others, kept to the limit."""
    estimates = np.zeros(len(data.right))
    for name in np.unique(data.sources[of]).tolist():
        held = data.sources == name
        estimates[held] = data.fit(of & ~held).probabilities(data.rows[held])
    return _most_generous(estimates[of], data.right[of])


def _most_generous(scores: Floats, right: Floats) -> float:
    within = [point for point in quality.risk_coverage(scores, right) if point.risk <= MAX_WRONG]
    return within[-1].threshold if within else float("inf")


def _carried(scores: Floats, right: Floats, threshold: float) -> Carried:
    answered = scores >= threshold
    wrong = float(1.0 - right[answered].mean()) if answered.any() else 0.0
    return Carried(float(answered.mean()), wrong, len(scores))


def _with_labels(data: _Data, mine: Mask) -> Carried:
    """The mean over draws of LABELLED questions of the set, which join the fit as a set of their own and must keep to
    the limit, too; measured on the rest."""
    elsewhere = _threshold(data, ~mine)
    places, chance = np.flatnonzero(mine), np.random.default_rng(SEED)
    found = [_drawn(data, mine, chance.permutation(places), elsewhere) for _ in range(DRAWS)]
    answered = float(np.mean([each.answered for each in found]))
    wrong = float(np.mean([each.wrong for each in found]))
    return Carried(answered, wrong, found[0].count)


def _drawn(data: _Data, mine: Mask, order: NDArray[np.int64], elsewhere: float) -> Carried:
    labelled, rest = order[:LABELLED], order[LABELLED:]
    held = np.zeros(len(labelled))
    for fold in range(quality.FOLDS):
        of = ~mine
        of[np.delete(labelled, np.arange(fold, len(labelled), quality.FOLDS))] = True
        part = labelled[fold :: quality.FOLDS]
        held[fold :: quality.FOLDS] = data.fit(of).probabilities(data.rows[part])
    of = ~mine
    of[labelled] = True
    threshold = max(elsewhere, _most_generous(held, data.right[labelled]))
    return _carried(data.fit(of).probabilities(data.rows[rest]), data.right[rest], threshold)


def _bounded(scores: Floats, right: Floats, splits: int) -> Bounded:
    """Half of the questions choose a threshold with a proven bound, the other half see whether it holds."""
    chance = np.random.default_rng(SEED)
    exceeded, answered = 0, 0.0
    for _ in range(splits):
        order = chance.permutation(len(scores))
        chosen, tried = order[: len(order) // 2], order[len(order) // 2 :]
        point = bound.choose(quality.risk_coverage(scores[chosen], right[chosen]), PROMISED, CONFIDENCE)
        if point is not None:
            seen = _carried(scores[tried], right[tried], point.threshold)
            exceeded += seen.wrong > PROMISED
            answered += seen.answered
    return Bounded(exceeded / splits, answered / splits)
