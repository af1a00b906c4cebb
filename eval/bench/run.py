"""Owns the story of a run: corpus, knowledge side by side, services side by side, sameness. Refuses detail."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from eval.bench import corpus, knowledge, report, sameness, serving
from eval.bench.knowledge import Folders
from eval.bench.measure import Row
from eval.bench.plan import Plan
from eval.bench.report import Result


def run(source: Path, plan: Plan, work: Path, told: Callable[[Row], None]) -> Result:
    """Measure everything in `work`, an empty folder; `told` hears of each row when it is there."""
    load_before = report.load_now()
    found = corpus.read(source, plan.articles)
    folders = Folders(work)
    rows = []
    for row in itertools.chain(
        knowledge.measure(found, plan, folders),
        serving.measure(found, plan, folders),
    ):
        told(row)
        rows.append(row)
    same = sameness.check(found, folders)
    return Result(found.name, len(found.articles), report.machine(load_before), tuple(rows), same)
