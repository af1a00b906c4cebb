"""Owns how the measure of the suggestions is told. Refuses to measure."""

from __future__ import annotations

from rich.table import Table

from eval.assist import AMONG_SHOWN, AUROC, MILLISECONDS, AssistScore


def table(name: str, score: AssistScore) -> Table:
    """One figure a row, with its target where it has one."""
    shown = Table("suggestions beside a ticket", "messages", name, "target")
    shown.add_row("needs an article: AUROC", str(score.messages), f"{score.auroc:.3f}")
    shown.add_row("  of those that no fit saw", str(score.left_out), f"{score.auroc_left_out:.3f}", f"≥ {AUROC}")
    shown.add_row("a right article among those shown", str(score.needing), f"{score.among:.3f}", f"≥ {AMONG_SHOWN}")
    shown.add_row("  as the first", str(score.needing), f"{score.first:.3f}")
    shown.add_row("ms of a suggestion, median", str(score.messages), f"{score.median:.0f}", f"≤ {MILLISECONDS:.0f}")
    shown.add_row("  p95", str(score.messages), f"{score.p95:.0f}")
    shown.add_row("  of the processors, median", str(score.messages), f"{score.processor_median:.0f}")
    return shown
