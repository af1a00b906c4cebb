"""Owns what an edit of the articles does to the answers: the same cases on a build before and a build after it.

Refuses to guess which cases an edit touches: all run on both, and those are told that depend on a changed article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.decision.outcome import Verdict
from eval.case import Case
from eval.comparison import Comparison, Flip, compare
from eval.knowledge import knowledge_of
from eval.parts import Workshop
from eval.result import CaseResult, RunResult
from eval.run import run_cases
from eval.session import Places, Session
from eval.subject import Subject


@dataclass(frozen=True, slots=True)
class Reworded:
    """A case judged as before whose answer reads differently now."""

    before: CaseResult
    now: CaseResult


@dataclass(frozen=True, slots=True)
class Impact:
    """`changed`: article ids that were added, edited or removed; the rest are cases."""

    changed: tuple[str, ...]
    worse: tuple[Flip, ...]
    better: tuple[Flip, ...]
    newly_answered: tuple[CaseResult, ...]
    reworded: tuple[Reworded, ...]
    untouched: int
    comparison: Comparison


def impact(workshop: Workshop, cases: Sequence[Case], before: Path, after: Path) -> Impact:
    """Build both folders, run the cases on each, and tell what the difference does."""
    then = _run(workshop, cases, before, workshop.work_dir / "impact" / "before")
    now = _run(workshop, cases, after, workshop.work_dir / "impact" / "after")
    return between(then, now)


def between(then: RunResult, now: RunResult) -> Impact:
    """The impact of the articles that differ between two runs of the same cases."""
    changed = _changed(then.versions, now.versions)
    comparison = compare(now, then)
    earlier = {case.id: case for case in then.cases}
    pairs = [(earlier[case.id], case) for case in now.cases if case.id in earlier]
    touched = [pair for pair in pairs if set(changed) & {*pair[0].articles, *pair[1].articles}]
    flipped = {flip.now.id for flip in comparison.flips}
    return Impact(
        changed=changed,
        worse=tuple(flip for flip in comparison.flips if flip.worse),
        better=tuple(flip for flip in comparison.flips if not flip.worse),
        newly_answered=tuple(new for old, new in touched if _newly_answered(old, new)),
        reworded=tuple(Reworded(old, new) for old, new in touched if old.shown != new.shown and new.id not in flipped),
        untouched=len(pairs) - len(touched),
        comparison=comparison,
    )


def _run(workshop: Workshop, cases: Sequence[Case], source: Path, index_dir: Path) -> RunResult:
    workshop.refresh([source], index_dir)
    responder = workshop.responder(index_dir)
    knowledge = knowledge_of(responder.live.current())
    places = Places(kb=source, work=workshop.work_dir)
    return run_cases(Session(places, workshop, Subject(responder), knowledge, tuple(cases)), cases)


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(each for each in {*before, *now} if before.get(each) != now.get(each)))


def _newly_answered(old: CaseResult, new: CaseResult) -> bool:
    return new.decision is Verdict.ANSWER and old.decision not in (Verdict.ANSWER, None)
