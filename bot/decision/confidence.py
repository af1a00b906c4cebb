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

PINNED = 1.0
"""No estimate: the author of the article has decided that it is the answer."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`weights` per signal, `intercept`, and the least confidence at which the bot answers."""

    weights: Mapping[str, float]
    intercept: float
    answer_from: float
    clarify_from: float
    estimated: bool = True

    def confidence(self, signals: Signals) -> float:
        """Probability in (0, 1) that the top answer is right."""
        values = asdict(signals)
        total = self.intercept + sum(weight * feature(values, name) for name, weight in self.weights.items())
        found = 1.0 / (1.0 + math.exp(-max(min(total, 30.0), -30.0)))
        if signals.pinned:
            return PINNED
        return max(found, BY_TITLE) if signals.titled else found


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
        )
        calibration.confidence(Signals())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadPolicy(f"{path.name}: {error}; run `python -m eval calibrate` to write a new one") from error
    return calibration
