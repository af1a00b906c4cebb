"""Owns what the report shows, as typed values ready for the template. Refuses markup."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.casebook.case import Split
from bot.casebook.plain_text import shows
from bot.casebook.trade_off import TradeOff
from eval.checks.measure import Measure
from eval.comparison import Change, Comparison, Flip, Mark
from eval.knowledge import Knowledge
from eval.reporting import judged
from eval.reporting.judged import AreaFates, Recall
from eval.reporting.trusted import Trust, trust
from eval.result import CaseResult, RunResult
from eval.result_file import Baseline
from eval.score import Dimension, Score, Standing, scores, standings

MOST_FLIPS = 60
MOST_MISSES = 10
BESIDE = {"scenarios.html": "Scripted customers", "compare.html": "Two runs side by side"}
SHORT = 420


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """An article and where its file is, seen from the report; `href` empty when it is not published."""

    id: str
    href: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another page of the evaluation in the same folder."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A case that was judged wrong; `missing`: decisive sentences of which none is shown."""

    case: CaseResult
    shown: str
    answered_from: tuple[ArticleLink, ...]
    expected: tuple[ArticleLink, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A target that was not reached, with the worst of its `count` wrong cases."""

    label: str
    count: int
    worst: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class ShownFlip:
    """A case judged otherwise than in the baseline."""

    flip: Flip
    edited: tuple[ArticleLink, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of question: worst mark against the baseline, and its measures."""

    name: str
    mark: Mark | None
    count: int
    scores: tuple[tuple[Score, Change | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page."""

    run: RunResult
    baseline: Baseline | None
    comparison: Comparison | None
    median_ms: float
    standings: tuple[Standing, ...]
    missed: tuple[Missed, ...]
    needless: Score | None
    trust: Trust
    areas: tuple[AreaFates, ...]
    recalls: tuple[Recall, ...]
    kinds: tuple[Group, ...]
    mistakes: tuple[Mistake, ...]
    beside: tuple[Beside, ...]
    worse: tuple[ShownFlip, ...]
    better: tuple[ShownFlip, ...]
    faults: tuple[str, ...]


def gather(
    run: RunResult, comparison: Comparison | None, baseline: Baseline | None, links: Links, offered: TradeOff | None
) -> Page:
    """The page of a run; `offered` is what other targets of wrong answers would give, where that was measured."""
    test = [case for case in run.cases if case.split is Split.TEST]
    all_scores = scores(run.cases)
    flips = comparison.flips if comparison else ()
    standing = standings(run.cases)
    return Page(
        run=run,
        baseline=baseline,
        comparison=comparison,
        median_ms=statistics.median([case.milliseconds for case in run.cases] or [0.0]),
        standings=standing,
        missed=tuple(_missed(each, links) for each in standing if each.wrong),
        needless=_needless(scores(test)),
        trust=trust(run, offered),
        areas=judged.fates(run.cases),
        recalls=judged.recalls(run.cases),
        kinds=_kinds(run.cases, all_scores, comparison),
        mistakes=tuple(_mistake(case, links) for case in judged.confident_mistakes(run.cases)),
        worse=_flips([flip for flip in flips if flip.worse], links),
        better=_flips([flip for flip in flips if not flip.worse], links),
        beside=links.beside(),
        faults=tuple(f"{case.id}: {fault}" for case in run.cases for fault in case.faults),
    )


class Links:
    """From article ids to files, relative to the folder of the report."""

    def __init__(self, page: Path, kb: Path, knowledge: Knowledge) -> None:
        self._folder = page.parent.resolve()
        self._kb = kb.resolve()
        self._articles = knowledge.articles

    def beside(self) -> tuple[Beside, ...]:
        """The other pages that are there."""
        return tuple(Beside(name, href) for href, name in BESIDE.items() if (self._folder / href).exists())

    def to(self, ids: Sequence[str]) -> tuple[ArticleLink, ...]:
        """A link per article."""
        return tuple(ArticleLink(each, self._href(each)) for each in ids)

    def _href(self, article_id: str) -> str:
        article = self._articles.get(article_id)
        if article is None or not article.source:
            return ""
        return Path(os.path.relpath(self._kb / article.source, self._folder)).as_posix()


def _needless(found: Sequence[Score]) -> Score | None:
    wanted = (Dimension.ALL, Measure.NEEDLESS_HANDOFF)
    return next((score for score in found if (score.dimension, score.measure) == wanted), None)


def _kinds(cases: Sequence[CaseResult], found: Sequence[Score], comparison: Comparison | None) -> tuple[Group, ...]:
    changes = {
        (c.now.group, c.now.measure): c
        for c in (comparison.changes if comparison else ())
        if c.now.dimension is Dimension.KIND
    }
    kinds = [score for score in found if score.dimension is Dimension.KIND]
    groups = []
    for name in dict.fromkeys(score.group for score in kinds):
        mine = tuple((s, changes.get((name, s.measure))) for s in kinds if s.group == name)
        marks = [change.mark for _, change in mine if change is not None]
        worst = max(marks, key=list(Mark).index, default=None)
        groups.append(Group(name, worst, sum(case.kind == name for case in cases), mine))
    return tuple(groups)


def _mistake(case: CaseResult, links: Links) -> Mistake:
    shown = case.shown if len(case.shown) <= SHORT else f"{case.shown[:SHORT].rstrip()} …"
    missing = () if any(shows(case.shown, span) for span in case.spans) else case.spans
    return Mistake(case, shown, links.to(case.cited), links.to(case.expected), missing)


def _missed(standing: Standing, links: Links) -> Missed:
    worst = tuple(_mistake(case, links) for case in standing.wrong[:MOST_MISSES])
    return Missed(standing.target.label, len(standing.wrong), worst)


def _flips(flips: Sequence[Flip], links: Links) -> tuple[ShownFlip, ...]:
    return tuple(ShownFlip(flip, links.to(flip.edited)) for flip in flips[:MOST_FLIPS])
