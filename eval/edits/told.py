"""Owns what an edit did to one case, in one word, and whether that stands in the way of publishing.

Refuses to tell of ranks below the first: no customer reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.casebook.plain_text import normal
from bot.decision.outcome import Verdict
from eval.checks.measure import Measure
from eval.edits.missing import Missing
from eval.result import CaseResult

UNREAD = frozenset({Measure.RECALL_AT_3, Measure.RECALL_AT_5, Measure.MRR_AT_10, Measure.NDCG_AT_10})


class Change(StrEnum):
    """What became of a case, the most telling first."""

    WORSE = "worse"
    NEWLY_MISSING = "newly missing"
    NEWLY_ANSWERABLE = "newly answerable"
    BETTER = "better"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Told:
    """One case whose outcome differs; `worse` and `better` are measures, `missing` the sentences that it lacks now;
    `logged`: a customer asked it, and nobody has said what would be right."""

    change: Change
    before: CaseResult
    now: CaseResult
    worse: tuple[Measure, ...]
    better: tuple[Measure, ...]
    pinned: bool
    missing: tuple[Missing, ...] = ()
    logged: bool = False

    @property
    def blocks(self) -> bool:
        """Whether nobody should publish without a second look: a pinned or an answered case got worse."""
        answered = Verdict.ANSWER in (self.before.decision, self.now.decision)
        return bool(self.worse or self.now.faults) and (self.pinned or answered)


def tell(
    before: Mapping[str, CaseResult], now: Iterable[CaseResult], pinned: Collection[str]
) -> tuple[Told, ...]:
    """The cases that differ, the most telling first, in each kind those that block before the others."""
    pairs = [(before[case.id], case) for case in now if case.id in before]
    return in_order(one for old, new in pairs if (one := _told(old, new, new.id in pinned)) is not None)


def in_order(told: Iterable[Told]) -> tuple[Told, ...]:
    """The most telling first."""
    return tuple(sorted(told, key=lambda one: (list(Change).index(one.change), not one.blocks, one.now.id)))


def _told(old: CaseResult, new: CaseResult, pinned: bool) -> Told | None:
    worse = tuple(m for m in Measure if m in new.bad - old.bad - UNREAD)
    better = tuple(m for m in Measure if m in old.bad - new.bad - UNREAD)
    change = _change(old, new, worse, better)
    return Told(change, old, new, worse, better, pinned) if change else None


def _change(
    old: CaseResult, new: CaseResult, worse: Collection[Measure], better: Collection[Measure]
) -> Change | None:
    if old.decision is Verdict.ANSWER and new.decision is not Verdict.ANSWER:
        return Change.NEWLY_MISSING
    if worse or (new.faults and not old.faults):
        return Change.WORSE
    if new.decision is Verdict.ANSWER and old.decision is not Verdict.ANSWER:
        return Change.NEWLY_ANSWERABLE
    if better:
        return Change.BETTER
    differs = old.decision != new.decision or normal(old.shown) != normal(new.shown)
    return Change.CHANGED if differs else None
