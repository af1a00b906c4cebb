"""Owns the story of an evaluation: cases → the real pipeline → checks → result → comparison → reports.

Refuses detail: every step is one call into the module that has the step's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.casebook import trade_off
from bot.casebook.case import Case
from bot.casebook.trade_off import TradeOff
from bot.storage import clock
from eval import junit, report, result_file
from eval.checks.judge import judge
from eval.comparison import Comparison, compare
from eval.result import CaseResult, RunResult, case_result
from eval.result_file import Baseline
from eval.session import Session

LATEST, PREVIOUS = "latest", "previous"

Progress = Callable[[int, int], None]
"""Called with (cases done, cases in all)."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run, what it was compared with (None: no baseline yet) and the files it left."""

    run: RunResult
    baseline: Baseline | None
    comparison: Comparison | None
    files: tuple[Path, ...]

    @property
    def failed(self) -> bool:
        """True on a regression, and when anything broke."""
        if self.comparison is not None:
            return self.comparison.regressed
        return any(case.faults for case in self.run.cases)


def evaluate(
    session: Session, cases: Sequence[Case], baseline: Baseline | None, progress: Progress | None = None
) -> Evaluation:
    """Run the cases, compare with the baseline, write JSON, JUnit and the HTML report."""
    run = run_cases(session, cases, progress)
    comparison = compare(run, baseline.run) if baseline else None
    files = _write(session, run, comparison, baseline)
    return Evaluation(run, baseline, comparison, files)


def run_cases(session: Session, cases: Sequence[Case], progress: Progress | None = None) -> RunResult:
    """Every case through the pipeline and the checks."""
    started = time.monotonic()
    session.subject.warm(cases)
    results: list[CaseResult] = []
    for case in cases:
        seen = session.subject.observe(case)
        results.append(case_result(case, seen, judge(case, seen, session.knowledge)))
        if progress is not None:
            progress(len(results), len(cases))
    responder = session.subject.responder
    return RunResult(
        at=clock.now(),
        generation=responder.live.current().generation,
        answer_from=responder.calibration.answer_from,
        versions={article.id: article.version for article in session.knowledge.articles.values()},
        cases=tuple(results),
        seconds=time.monotonic() - started,
        estimated=responder.calibration.estimated,
    )


def _write(
    session: Session, run: RunResult, comparison: Comparison | None, baseline: Baseline | None
) -> tuple[Path, ...]:
    work = session.places.work
    whole, tests, page = work / f"{LATEST}.json", work / "junit.xml", work / "report.html"
    if whole.exists():
        whole.replace(work / f"{PREVIOUS}.json")
    result_file.write(whole, run)
    junit.write(tests, run, comparison)
    report.write(page, run, comparison, baseline, session.places.kb, session.knowledge, _offered(session))
    return whole, tests, page


def _offered(session: Session) -> TradeOff | None:
    """What `calibrate` last measured of this base."""
    found = trade_off.read(session.workshop.settings.data_dir / trade_off.FILE)
    return found if found is not None and found.base == session.places.kb.name else None
