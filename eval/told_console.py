"""Owns telling the console of the newest run and of played scenarios, in the format of `bot/casebook/evaluation.py`.

Refuses to judge: score, comparison and the scenarios' verdicts do.
"""

from __future__ import annotations

from pathlib import Path

from bot.casebook import kept
from bot.casebook.evaluation import (
    FORMAT,
    RUN,
    SCENARIOS,
    Accepted,
    Beside,
    Evaluation,
    Figure,
    Flip,
    Moved,
    Scenario,
    Scenarios,
    Side,
    Turn,
)
from bot.storage import clock
from eval import comparison as comparing
from eval import result_file
from eval import run as running
from eval.checks.measure import LOWER_IS_BETTER
from eval.comparison import Change
from eval.result import CaseResult, RunResult
from eval.scenarios.played import Played
from eval.scenarios.view import Summary
from eval.score import Standing, standings

MOST_FLIPS = 100


def of_run(work: Path, baseline_file: Path) -> None:
    """Write what is known of the latest run."""
    run, baseline = result_file.read(work / f"{running.LATEST}.json"), result_file.read_baseline(baseline_file)
    earlier = work / f"{running.PREVIOUS}.json"
    accepted = baseline.acceptance if baseline else None
    found = Evaluation(
        format=FORMAT,
        at=run.at,
        generation=run.generation,
        answer_from=run.answer_from,
        estimated=run.estimated,
        cases=len(run.cases),
        seconds=round(run.seconds, 1),
        figures=tuple(map(_figure, standings(run.cases))),
        baseline_file=str(baseline_file),
        accepted=Accepted(accepted.by, accepted.reason, accepted.at) if accepted else None,
        baseline=_beside(run, baseline.run) if baseline else None,
        previous=_beside(run, result_file.read(earlier)) if earlier.exists() else None,
    )
    kept.write(work / RUN, found)


def of_scenarios(work: Path, summed: Summary) -> None:
    """Write what came of the scenarios."""
    played = tuple(_scenario(each) for _, group in summed.groups for each in group)
    missing = tuple(f"{one} and {other}" for one, other in summed.missing)
    kept.write(work / SCENARIOS, Scenarios(FORMAT, clock.now(), played, summed.pairs, missing))


def _figure(each: Standing) -> Figure:
    target = each.target
    at_most = target.measure in LOWER_IS_BETTER
    return Figure(target.label, target.limit, at_most, each.value, each.count, each.met)


def _beside(run: RunResult, before: RunResult) -> Beside:
    found = comparing.compare(run, before)
    flips = sorted(found.flips, key=lambda each: not each.worse)
    return Beside(
        at=before.at,
        generation=before.generation,
        cases=len(before.cases),
        regressed=found.regressed,
        added=found.added,
        removed=found.removed,
        faults=found.faults,
        moved=tuple(_moved(each) for each in found.changes if abs(each.gain) > 1e-9),
        flips=tuple(map(_flip, flips[:MOST_FLIPS])),
        left=len(flips[MOST_FLIPS:]),
    )


def _moved(each: Change) -> Moved:
    now = each.now
    return Moved(now.dimension, now.group, now.measure, each.before.value, now.value, now.count, each.mark)


def _flip(each: comparing.Flip) -> Flip:
    return Flip(
        each.now.id, each.now.text, each.worse, each.better, each.edited, _side(each.before), _side(each.now)
    )  # fmt: skip


def _side(case: CaseResult) -> Side:
    return Side(case.decision or "broke", case.cited, case.shown)


def _scenario(each: Played) -> Scenario:
    scenario = each.scenario
    turns = (
        Turn(turn.says, turn.reply.act, turn.reply.text, tuple(f"{check.rule}: {check.note}" for check in turn.failed))
        for turn in each.turns
    )
    return Scenario(
        scenario.id, scenario.cell.values, scenario.goal, each.standing, each.passed,
        each.broke or scenario.falls_short, tuple(turns), scenario.model_answer,
    )  # fmt: skip
