"""Owns the confidence: a calibrated probability that the top answer is right. Refuses to decide anything.

Logistic regression over the signals. The coefficients are fitted by `python -m eval calibrate` and committed in
`data/calibration/`, with the sets they came from named beside them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.decision.signals import Signals
from bot.errors import BadPolicy

BY_TITLE = 0.95
"""Least confidence in an article whose title is the question, whatever the signals of a small base say: of 50 such in
`banking77_oos` and `clinc150` 49 are right."""

SURE = 0.9999
OTHER_CODE = 0.02
"""In an article about another error code than the one asked for, however alike the two are."""
PINNED = 1.0
"""No estimate: the author of the article has decided that it is the answer."""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """How sure an answer is from the article that was cited last already: the turns before found it, which says little
    about the fact that is asked for now. Weights of the log odds of the confidence, of `own_left_open` and `own_late`.
    """

    log_odds: float
    left_open: float
    late: float
    intercept: float

    def confidence(self, found: float, signals: Signals) -> float:
        """Probability in (0, 1), of one that speaks for the article."""
        own = self.left_open * signals.own_left_open + self.late * signals.own_late
        return _probability(self.log_odds * log_odds(found) + own + self.intercept)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`weights` per signal, `intercept`, and the least confidence at which the bot answers; `goes_on` where it is known
    for the base."""

    weights: Mapping[str, float]
    intercept: float
    answer_from: float
    clarify_from: float
    estimated: bool = True
    goes_on: GoesOn | None = None

    def confidence(self, signals: Signals) -> float:
        """Probability in (0, 1) that the top answer is right."""
        values = asdict(signals)
        total = self.intercept + sum(weight * feature(values, name) for name, weight in self.weights.items())
        found = _probability(total)
        if signals.pinned:
            return PINNED
        if signals.other_code:
            return OTHER_CODE
        if signals.goes_on and self.goes_on is not None:
            found = self.goes_on.confidence(found, signals)
        return max(found, BY_TITLE) if signals.titled else found


def log_odds(probability: float) -> float:
    """Of one that is as good as certain, those of SURE."""
    inside = min(max(probability, 1.0 - SURE), SURE)
    return math.log(inside / (1.0 - inside))


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(min(odds, 30.0), -30.0)))


def feature(values: Mapping[str, float], name: str) -> float:
    """A signal by name, or the product of two, written `a*b`."""
    product = 1.0
    for part in name.split("*"):
        product *= float(values[part])
    return product


def read_calibration(path: Path) -> Calibration:
    """The committed or freshly fitted calibration; BadPolicy says what is wrong with the file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        calibration = Calibration(
            weights={str(name): float(weight) for name, weight in content["weights"].items()},
            intercept=float(content["intercept"]),
            answer_from=float(content["answer_from"]),
            clarify_from=float(content["clarify_from"]),
            estimated=bool(content.get("estimated", True)),
            goes_on=_goes_on(content.get("goes_on")),
        )
        calibration.confidence(Signals())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadPolicy(f"{path.name}: {error}; run `python -m eval calibrate` to write a new one") from error
    return calibration


def _goes_on(content: Mapping[str, float] | None) -> GoesOn | None:
    return None if content is None else GoesOn(**{name: float(value) for name, value in content.items()})
