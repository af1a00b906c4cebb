"""Owns judging one observation by every family. A check that crashed is its own outcome: refuses to make it
a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.casebook.case import Case
from eval.checks import answers, decisions, followups, leaks, retrieval, screening, variants
from eval.checks.measure import Result
from eval.knowledge import Knowledge
from eval.observation import FAULTS, Fault, Observation

Family = Callable[[Case, Observation, Knowledge], Iterator[Result]]

FAMILIES: Mapping[str, Family] = {
    "retrieval": retrieval.judge,
    "answers": answers.judge,
    "decisions": decisions.judge,
    "screening": screening.judge,
    "leaks": leaks.judge,
    "variants": variants.judge,
    "followups": followups.judge,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """All results of one case, and what broke on the way."""

    results: tuple[Result, ...]
    faults: tuple[Fault, ...]


def judge(
    case: Case, seen: Observation | Fault, knowledge: Knowledge, families: Mapping[str, Family] = FAMILIES
) -> Judgement:
    """The judgement of every family; a pipeline that broke has no results at all."""
    if isinstance(seen, Fault):
        return Judgement((), (seen,))
    results: list[Result] = []
    faults: list[Fault] = []
    for name, family in families.items():
        try:
            results += family(case, seen, knowledge)
        except FAULTS as error:
            faults.append(Fault(case.id, f"check {name}", f"{type(error).__name__}: {error}"))
    return Judgement(tuple(results), tuple(faults))
