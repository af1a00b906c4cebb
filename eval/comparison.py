"""Owns comparing two runs on the cases they share: OK, OKish or FAIL per group, and every case that flipped with the

articles behind it. Refuses to let a changed set of cases look like a changed product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eval.checks.measure import LOWER_IS_BETTER, NEVER, Measure
from eval.result import CaseResult, RunResult
from eval.score import Dimension, Score, groups_of, scores

TOLERANCE = 0.01
COMPARED = frozenset({Dimension.ALL, Dimension.SPLIT, Dimension.KIND, Dimension.AREA})


class Mark(StrEnum):
    """OKISH: worse, but by no more than a point or one case."""

    OK = "OK"
    OKISH = "OKish"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Change:
    """A score now and before, over the same cases."""

    now: Score
    before: Score
    mark: Mark

    @property
    def gain(self) -> float:
        """How much better it is; negative when worse."""
        difference = self.now.value - self.before.value
        return -difference if self.now.measure in LOWER_IS_BETTER else difference


@dataclass(frozen=True, slots=True)
class Flip:
    """A case judged otherwise than before; `edited` are the articles behind it whose version differs."""

    now: CaseResult
    before: CaseResult
    worse: tuple[Measure, ...]
    better: tuple[Measure, ...]
    edited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes and flips, how many cases only one of the runs has, and the new faults."""

    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    added: int
    removed: int
    faults: tuple[str, ...]

    @property
    def regressed(self) -> bool:
        """True when any group failed or anything broke."""
        return bool(self.faults) or any(change.mark is Mark.FAIL for change in self.changes)

    def of(self, mark: Mark) -> tuple[Change, ...]:
        """The changes with that mark."""
        return tuple(change for change in self.changes if change.mark is mark)


def compare(now: RunResult, before: RunResult) -> Comparison:
    """`now` against `before`, case by case."""
    earlier = {case.id: case for case in before.cases}
    shared = [(case, earlier[case.id]) for case in now.cases if case.id in earlier]
    then = _scores([_as_now(old, new) for new, old in shared])
    changes = [_change(score, then[key]) for key, score in _scores([new for new, _ in shared]).items() if key in then]
    flips = [_flip(new, old, now.versions, before.versions) for new, old in shared]
    return Comparison(
        tuple(changes),
        tuple(flip for flip in flips if flip.worse or flip.better),
        added=len(now.cases) - len(shared),
        removed=len(before.cases) - len(shared),
        faults=tuple(f"{case.id}: {fault}" for case in now.cases for fault in case.faults),
    )


def blamed(comparison: Comparison) -> Iterator[Flip]:
    """Flips for the worse that stand in a group that failed."""
    failed = {(c.now.dimension, c.now.group, c.now.measure) for c in comparison.of(Mark.FAIL)}
    for flip in comparison.flips:
        if any((*group, measure) in failed for group in groups_of(flip.now) for measure in flip.worse):
            yield flip


def _scores(cases: list[CaseResult]) -> dict[tuple[Dimension, str, Measure], Score]:
    return {(s.dimension, s.group, s.measure): s for s in scores(cases) if s.dimension in COMPARED}


def _as_now(old: CaseResult, new: CaseResult) -> CaseResult:
    """The old values in the groups the case belongs to now."""
    return CaseResult(
        new.id, new.kind, new.voice, new.area, new.split, new.category, new.expected, old.decision, old.cited,
        old.ranked, old.values,
    )  # fmt: skip


def _change(now: Score, before: Score) -> Change:
    change = Change(now, before, Mark.OK)
    if change.gain >= -1e-9:
        return change
    small = -change.gain <= max(TOLERANCE, 1 / now.count) + 1e-9
    mark = Mark.OKISH if small and now.measure not in NEVER else Mark.FAIL
    return Change(now, before, mark)


def _flip(new: CaseResult, old: CaseResult, now: Mapping[str, str], before: Mapping[str, str]) -> Flip:
    concerned = dict.fromkeys((*new.articles, *old.articles))
    return Flip(
        new,
        old,
        worse=tuple(m for m in Measure if m in new.bad - old.bad),
        better=tuple(m for m in Measure if m in old.bad - new.bad),
        edited=tuple(article for article in concerned if now.get(article) != before.get(article)),
    )
