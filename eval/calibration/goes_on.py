"""Owns how sure an answer is from the article that was cited last: dialogues → samples → weights.

Refuses bases of which no dialogue is known, and to say of a message after others what is known of first ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.decision.confidence import Calibration, GoesOn, log_odds
from bot.respond import Responder, respond
from eval.calibration import logistic, open_questions, quality, samples
from eval.calibration.open_questions import Turns
from eval.calibration.samples import Floats, Sample
from eval.dialogues import Written, asked_and_answered, turns_of
from kb_ingest.article import Article

L2 = 1.0
EVERY = 6
"""Of the questions that authors leave unanswered: with the written ones they are enough for four values."""
LEAST = 50
"""Samples of each kind that a fit needs."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, and of the samples out of fold, `right` and not (`open`): how many there are, and which share was
    answered before and is now."""

    goes_on: GoesOn
    right: int
    right_answered: tuple[float, float]
    open: int
    open_answered: tuple[float, float]


def observed(responder: Responder, answered: Iterable[Written], left_open: Iterable[Written]) -> Iterator[Sample]:
    """What goes on about the article cited last: in dialogues whose articles the base has, and the questions its
    authors left unanswered, each after one that its article answers."""
    known = responder.live.current().articles
    for kind, written in (("answered", answered), (open_questions.KIND, left_open)):
        for number, each in enumerate(written):
            if each.article in known:
                yield from _after(responder, each, kind, number)
    after = cache(lambda article: _before(responder, article))
    unanswered = open_questions.of_unanswered(responder, "authors", after, EVERY)
    yield from (sample for sample in unanswered if sample.signals.goes_on)


def fit(found: Sequence[Sample], calibration: Calibration, share: float) -> Fitted | None:
    """The logistic regression on what goes on, as sure as where a `share` of it is open; None of too few samples."""
    right = samples.labels(found)
    if min(right.sum(), len(right) - right.sum()) < LEAST:
        return None
    plain = replace(calibration, goes_on=None)
    before = np.array([plain.confidence(sample.signals) for sample in found])
    rows = np.array(
        [
            (log_odds(confidence), sample.signals.own_left_open, sample.signals.own_late)
            for confidence, sample in zip(before.tolist(), found, strict=True)
        ]
    )
    weight = share / (1 - share) * right.sum() / (len(right) - right.sum())
    importance = np.where(right > 0, 1.0, weight)
    folds = [str(quality.fold_of(sample.group)) for sample in found]
    now = quality.out_of_fold(rows, right, folds, L2, importance)
    regression = logistic.fit(rows, right, L2, importance)
    odds, left_open, late = regression.weights.tolist()
    return Fitted(
        GoesOn(odds, left_open, late, regression.intercept),
        int(right.sum()),
        _answered(before, now, right > 0, calibration.answer_from),
        int(len(right) - right.sum()),
        _answered(before, now, right == 0, calibration.answer_from),
    )


def _answered(before: Floats, now: Floats, of: NDArray[np.bool_], least: float) -> tuple[float, float]:
    return float((before[of] >= least).mean()), float((now[of] >= least).mean())


def _after(responder: Responder, each: Written, kind: str, number: int) -> Iterator[Sample]:
    outcome = respond(responder, each.then, turns_of(each), PUBLIC_VISITOR)
    if outcome.draft is not None and outcome.signals.goes_on:
        answers = kind != open_questions.KIND
        yield Sample(f"{each.article}/{number}", kind, each.article, kind, outcome.signals, answers, answers)


def _before(responder: Responder, article: Article) -> Turns:
    """A question that the article answers, and that answer; no turns where another article answers it."""
    asked = asked_and_answered(responder, article.questions[0]) if article.questions else ()
    return asked if asked and asked[-1].article_ids[:1] == (article.id,) else ()
