"""Owns showing a calibration on a terminal: weights, quality per set, what each threshold would do.

Refuses to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from bot.casebook.case import Kind
from eval.calibrate import Fitted
from eval.calibration import goes_on, samples
from eval.calibration.samples import Floats, Sample

SHOWN = (0.9, 0.8, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.1)


def weights(fitted: Fitted) -> Table:
    """Weight per signal, and its effect: weight times the signal's spread."""
    table = Table("signal", "weight", "effect", title="Fit")
    rows = samples.matrix(fitted.samples, list(fitted.calibration.weights))
    for column, (name, weight) in enumerate(fitted.calibration.weights.items()):
        table.add_row(name, f"{weight:.3f}", f"{weight * rows[:, column].std():+.3f}")
    table.add_row("intercept", f"{fitted.calibration.intercept:.3f}", "")
    return table


def sets(fitted: Fitted) -> Table:
    """Out-of-fold quality per set at the threshold of the file."""
    table = Table("set", "samples", "AUROC", "ECE", "answered", "wrong", title="Out of fold")
    for each in fitted.sets:
        figures = (each.auroc, each.calibration_error, each.answered, each.wrong)
        table.add_row(each.name, str(each.samples), *(f"{figure:.3f}" for figure in figures))
    return table


def thresholds(fitted: Fitted, own: str | None) -> Table:
    """What answering from each confidence on would do to the cases of the set `own`."""
    title = f"Answering from (chosen: {fitted.calibration.answer_from:.4f})"
    table = Table("confidence", "answered", "wrong", "needless handoffs", "missing facts answered", title=title)
    mine = [position for position, sample in enumerate(fitted.samples) if own in (None, sample.source)]
    found, estimates = [fitted.samples[position] for position in mine], fitted.estimates[mine]
    for threshold in SHOWN:
        table.add_row(f"{threshold:.2f}", *_effects(found, estimates, threshold))
    return table


def going_on(found: goes_on.Fitted) -> Table:
    """What the threshold did to messages that go on about the article cited last, and does now."""
    table = Table("what goes on", "messages", "answered before", "answered", title="Out of fold")
    for kind, number, shares in (
        ("is in the article", found.right, found.right_answered), ("is in none", found.open, found.open_answered)
    ):  # fmt: skip
        table.add_row(kind, str(number), *(f"{share:.3f}" for share in shares))
    return table


def _effects(found: Sequence[Sample], estimates: Floats, threshold: float) -> list[str]:
    answered = estimates >= threshold
    right = samples.labels(found) > 0.5
    answerable = np.array([sample.answerable for sample in found])
    missing = np.array([sample.kind == Kind.MISSING_FACT for sample in found])
    return [
        _share(answered), _share(~right[answered]), _share(~answered[answerable]), _share(answered[missing])
    ]  # fmt: skip


def _share(flags: NDArray[np.bool_]) -> str:
    return f"{flags.mean():.3f} of {len(flags)}" if len(flags) else "none"
