"""Owns what the evaluation tells the console of its newest run and of its scenarios: format, reading, writing.

`eval run` and `eval accept` write the one file, `eval scenarios` the other, beside their results; the console reads
them. Refuses to judge: what is better, worse or met was said by the evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.casebook import kept
from bot.errors import DeskError

WORK = Path("var/eval")
"""Where the evaluation keeps what can be made again, as seen from the folder of Answerdesk."""
FORMAT = 1
RUN, SCENARIOS = "evaluation.json", "scenarios.json"


class BadEvaluation(DeskError):
    """A file cannot be read."""

    status = 503
    code = "bad_evaluation"


@dataclass(frozen=True, slots=True)
class Figure:
    """A target on the test split, and where it stands on `count` cases; None: not measured."""

    label: str
    limit: float
    at_most: bool
    value: float | None
    count: int
    met: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure of a group that is another than before; `mark` is OK, OKish or FAIL."""

    dimension: str
    group: str
    measure: str
    before: float
    now: float
    count: int
    mark: str


@dataclass(frozen=True, slots=True)
class Side:
    """What came of a case; `shown` is empty where the run keeps no texts."""

    decision: str
    cited: tuple[str, ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that is judged otherwise, by these measures; `edited` are its articles that changed between the runs."""

    id: str
    text: str
    worse: tuple[str, ...]
    better: tuple[str, ...]
    edited: tuple[str, ...]
    before: Side
    now: Side


@dataclass(frozen=True, slots=True)
class Beside:
    """The run beside another one, on the cases that both have. `left`: so many more flips are not kept here."""

    at: str
    generation: str
    cases: int
    regressed: bool
    added: int
    removed: int
    faults: tuple[str, ...]
    moved: tuple[Moved, ...]
    flips: tuple[Flip, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who accepted the baseline, why and when."""

    by: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The newest run, beside the baseline and beside the run before; None where there is none. `baseline_file`: where
    the baseline lies."""

    format: int
    at: str
    generation: str
    answer_from: float
    estimated: bool
    cases: int
    seconds: float
    figures: tuple[Figure, ...]
    baseline_file: str
    accepted: Accepted | None
    baseline: Beside | None
    previous: Beside | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of a script, what the desk did and said, and the rules that it broke."""

    says: str
    act: str
    text: str
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scripted customer; `situation`: touchpoint, inquiry, state of mind, objective."""

    id: str
    situation: tuple[str, ...]
    goal: str
    standing: str
    passed: bool
    why: str
    turns: tuple[Turn, ...]
    model_answer: str


@dataclass(frozen=True, slots=True)
class Scenarios:
    """All that were played, what needs work first; of the `pairs` of the grid these are `missing`."""

    format: int
    at: str
    played: tuple[Scenario, ...]
    pairs: int
    missing: tuple[str, ...]


T = TypeVar("T", Evaluation, Scenarios)


def run() -> Evaluation | None:
    """The newest run, None before the first. Raises BadEvaluation."""
    return _read(RUN, Evaluation, "run")


def scenarios() -> Scenarios | None:
    """What was last played, None before the first. Raises BadEvaluation."""
    return _read(SCENARIOS, Scenarios, "scenarios")


def _read(name: str, kind: type[T], command: str) -> T | None:
    path = WORK / name
    mend = f"run `python -m eval {command}` again"
    return kept.read(path, kind, FORMAT, lambda why: BadEvaluation(f"{path} cannot be read: {why}; {mend}"))
