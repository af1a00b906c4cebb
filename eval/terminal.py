"""Owns the evaluation on a terminal: targets, OK / OKish / FAIL per kind and area, the articles behind each flip.

Refuses to bury a failure: failures come last, where the eye ends.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.comparison import Change, Comparison, Flip, Mark
from eval.result import RunResult
from eval.result_file import Baseline
from eval.score import Dimension, Score, scores, standings

STYLES = {Mark.OK: "green", Mark.OKISH: "yellow", Mark.FAIL: "bold red"}
RANK = {Mark.OK: 0, Mark.OKISH: 1, Mark.FAIL: 2}
LISTED = 40


def show(console: Console, run: RunResult, comparison: Comparison | None, baseline: Baseline | None) -> None:
    """Print everything a content person needs to decide."""
    console.print(_overview(run, baseline), highlight=False)
    console.print(_targets(run))
    for dimension in (Dimension.KIND, Dimension.AREA):
        console.print(_groups(run, comparison, dimension))
    if comparison is not None:
        _show_flips(console, comparison)
        _show_failures(console, comparison)
    for case in run.cases:
        for fault in case.faults:
            console.print(f"[bold red]BROKE[/] {escape(case.id)}: {escape(fault)}")


def _overview(run: RunResult, baseline: Baseline | None) -> str:
    times = [case.milliseconds for case in run.cases] or [0.0]
    against = (
        f"baseline of {baseline.acceptance.at[:10]} by {escape(baseline.acceptance.by)}"
        if baseline
        else "no baseline yet: `python -m eval accept --by NAME --reason TEXT` makes this run the first"
    )
    return (
        f"{len(run.cases)} cases on generation {run.generation} in {run.seconds:.0f} s "
        f"(median {statistics.median(times):.1f} ms a question); {against}"
    )


def _targets(run: RunResult) -> Table:
    table = Table("target (test split)", "now", "must be", "cases", "", title="Targets")
    for standing in standings(run.cases):
        target = standing.target
        sign = "at most" if target.met(target.limit - 0.01) else "at least"
        now = "not measured" if standing.value is None else f"{standing.value:.3f}"
        mark = "[green]met[/]" if standing.met else "[bold red]missed[/]"
        table.add_row(target.label, now, f"{sign} {target.limit:.2f}", str(standing.count), mark)
    return table


def _groups(run: RunResult, comparison: Comparison | None, dimension: Dimension) -> Table:
    table = Table(dimension.value, "", "measures", title=f"By {dimension}")
    found = [score for score in scores(run.cases) if score.dimension is dimension]
    for group in dict.fromkeys(score.group for score in found):
        mine = [change for change in comparison.changes if _is(change, dimension, group)] if comparison else []
        worst = max((change.mark for change in mine), key=lambda mark: RANK[mark], default=None)
        mark = f"[{STYLES[worst]}]{worst}[/]" if worst else "new"
        table.add_row(group, mark, _figures([score for score in found if score.group == group], mine))
    return table


def _figures(found: Sequence[Score], changes: Sequence[Change]) -> str:
    marks = {change.now.measure: change for change in changes}
    return ", ".join(_figure(score, marks.get(score.measure)) for score in found)


def _figure(score: Score, change: Change | None) -> str:
    told = f"{score.measure} {score.value:.2f}"
    if change is None or abs(change.gain) < 0.005:
        return told
    return f"[{STYLES[change.mark]}]{told} (was {change.before.value:.2f})[/]"


def _is(change: Change, dimension: Dimension, group: str) -> bool:
    return change.now.dimension is dimension and change.now.group == group


def _show_flips(console: Console, comparison: Comparison) -> None:
    worse = [flip for flip in comparison.flips if flip.worse]
    better = len(comparison.flips) - len(worse)
    console.print(
        f"{len(worse)} cases worse, {better} only better; "
        f"{comparison.added} cases new, {comparison.removed} gone since the baseline"
    )
    for flip in worse[:LISTED]:
        console.print(f"  worse {escape(_flip(flip))}", highlight=False)
    if len(worse) > LISTED:
        console.print(f"  … and {len(worse) - LISTED} more in the report")


def _flip(flip: Flip) -> str:
    behind = f"edited: {', '.join(flip.edited)}" if flip.edited else "no article edited"
    return f"{flip.now.id}: {', '.join(flip.worse)} ({flip.before.decision} -> {flip.now.decision}; {behind})"


def _show_failures(console: Console, comparison: Comparison) -> None:
    counts = {mark: len(comparison.of(mark)) for mark in Mark}
    console.print(", ".join(f"[{STYLES[mark]}]{mark} {count}[/]" for mark, count in counts.items()))
    for change in comparison.of(Mark.FAIL):
        score = change.now
        console.print(
            f"[bold red]FAIL[/] {score.dimension} {score.group}: {score.measure} "
            f"{change.before.value:.3f} -> {score.value:.3f} ({score.count} cases)"
        )
