"""Owns showing how far the confidence carries over. Refuses to judge it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.table import Table

from eval.trust import CONFIDENCE, LABELLED, MAX_WRONG, PROMISED, SetTrust, pooled_wrong

COLUMNS = (
    "set", "questions", "AUROC missing fact", "AUROC right", "ECE", "answered", "wrong",
    f"answered, {LABELLED} labelled", "wrong", f"{PROMISED:.0%} bound exceeded", "answered by it",
)  # fmt: skip


def table(found: Sequence[SetTrust]) -> Table:
    """One row a set and their mean; `wrong` in the last row: of all answers together."""
    title = f"Each set judged without it; aimed at {MAX_WRONG:.0%} wrong; bound with {CONFIDENCE:.0%} confidence"
    shown = Table(*COLUMNS, title=title)
    rows = [_figures(each) for each in found]
    for each, figures in zip(found, rows, strict=True):
        shown.add_row(each.name, str(each.questions), *map(_plain, figures))
    means = np.nanmean(np.array(rows), axis=0).tolist()
    means[4] = pooled_wrong([each.carried for each in found])
    means[6] = pooled_wrong([each.labelled for each in found])
    shown.add_row("mean", "", *map(_plain, means), style="bold")
    return shown


def _figures(each: SetTrust) -> list[float]:
    return [
        each.missing, each.right, each.error, each.carried.answered, each.carried.wrong,
        each.labelled.answered, each.labelled.wrong, each.bounded.exceeded, each.bounded.answered,
    ]  # fmt: skip


def _plain(figure: float) -> str:
    return "-" if np.isnan(figure) else f"{figure:.3f}"
