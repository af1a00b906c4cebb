"""Owns the story of a run: corpus, knowledge side by side, sameness, services side by side. Refuses detail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    rows = list(_told(knowledge.measure(found, plan, folders), told))
    # Its first service makes what is made once per machine, so that no start that counts has to.
    same = sameness.check(found, folders)
    rows += _told(serving.measure(found, plan, folders), told)
    return Result(found.name, len(found.articles), report.machine(load_before), tuple(rows), same)


def _told(rows: Iterable[Row], told: Callable[[Row], None]) -> Iterator[Row]:
    for row in rows:
        told(row)
        yield row
