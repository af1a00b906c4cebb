"""Owns the story of an edit: the base before → what changed → the base as edited → cases in reach → asked again → told.

Refuses to guess: a case that is not asked again is one that the edit cannot reach, see `edits/reach.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.casebook import case_file
from bot.casebook.case import Case
from bot.respond import Responder
from eval.edits import edited as folder_after
from eval.edits import kept
from eval.edits.contradiction import Contradiction, contradictions
from eval.edits.kept import Before
from eval.edits.layer import to_ask
from eval.edits.logged import logged
from eval.edits.missing import missing
from eval.edits.overlay import Changed, changed, overlay
from eval.edits.shadow import Shadow, repeats, shadows
from eval.edits.told import Change, Told, in_order, tell
from eval.edits.traced import observe
from eval.in_memory import InMemory
from eval.knowledge import knowledge_of
from eval.parts import Workshop
from eval.result import CaseResult
from eval.subject import Subject
from kb_ingest.article import Article, Problem, Severity, Status
from kb_ingest.build import NothingToBuild


@dataclass(frozen=True, slots=True)
class Impact:
    """What an edit does. `asked`: ids of the cases asked again, of so many `cases`; `seconds` after the run before.
    `elsewhere`: how many more there are that are about articles of another base. `left_out`: what is wrong with edited
    files of which an article is missing now. Of `logged_in_all` real questions `logged_asked` are near the edit."""

    changed: Changed
    told: tuple[Told, ...]
    contradictions: tuple[Contradiction, ...]
    shadows: tuple[Shadow, ...]
    repeats: tuple[Problem, ...]
    asked: tuple[str, ...]
    cases: int
    generation: str
    was_kept: bool
    seconds: float
    left_out: tuple[Problem, ...] = ()
    elsewhere: int = 0
    logged_asked: int = 0
    logged_in_all: int = 0

    @property
    def blocking(self) -> tuple[Told, ...]:
        """What must not be published without a second look."""
        return tuple(one for one in self.told if one.blocks)

    def of(self, change: Change) -> tuple[Told, ...]:
        """The cases told of under this word."""
        return tuple(one for one in self.told if one.change is change)

    def without_customers_words(self) -> Impact:
        """The same, with real questions by their numbers alone."""
        told = (replace(one, now=replace(one.now, text="")) if one.logged else one for one in self.told)
        return replace(self, told=tuple(told))


def impact(
    shop: Workshop, files: Sequence[Path], before: Path, after: Path, *, log: Sequence[Case] = (),
    everything: bool = False,
) -> Impact:  # fmt: skip
    """What the edit that leads from one folder to the other does to the cases of `files`, of which all are asked again
    only with `everything`, and to the questions of the `log`. Raises NothingToBuild."""
    cases = case_file.read(files)
    base = kept.before(shop, before, cases, files)
    found = folder_after.read(before, after, base.responder.live.current())
    told = edited(shop, base, base.cases, _published(found.articles, after), log=log, everything=everything)
    left_out = tuple(each for each in found.problems if each.severity is Severity.ERROR)
    return replace(told, left_out=left_out, elsewhere=len(cases) - len(base.cases))


def edited(
    shop: Workshop, base: Before, cases: Sequence[Case], articles: Sequence[Article], *, log: Sequence[Case] = (),
    everything: bool = False,
) -> Impact:  # fmt: skip
    """The same for articles that were read already, sorted by id."""
    started = time.monotonic()
    index = base.responder.live.current()
    touched = changed(index, articles)
    responder, again = kept.remembering(base.responder, base.layers, cases), list(cases if everything else ())
    if touched.all:
        responder = replace(responder, live=InMemory(overlay(index, articles, shop.embedder, responder.encoder)))
        again = again or _to_ask(base, responder, cases)
    results = _asked(responder, again)
    earlier = base.results
    now = responder.live.current().articles
    told = tell(earlier, results, {case.id for case in cases if case.pinned})
    real = logged(base.responder, responder, touched.all, log)
    return Impact(
        changed=touched,
        told=in_order((*(replace(one, missing=missing(one.now, index.articles, now)) for one in told), *real.told)),
        contradictions=contradictions(index, responder.live.current(), touched.all),
        shadows=shadows(earlier, results, touched.all),
        repeats=repeats(articles, touched.all),
        asked=tuple(case.id for case in again),
        cases=len(cases),
        generation=responder.live.current().generation,
        was_kept=base.was_kept,
        seconds=time.monotonic() - started,
        logged_asked=real.asked,
        logged_in_all=real.in_all,
    )


def _published(articles: Sequence[Article], folder: Path) -> list[Article]:
    published = sorted((each for each in articles if each.status is Status.PUBLISHED), key=lambda each: each.id)
    if not published:
        raise NothingToBuild(f"no published article could be read from {folder}")
    return published


def _to_ask(base: Before, after: Responder, cases: Sequence[Case]) -> list[Case]:
    """The cases in reach of the edit, those that somebody pinned, and those nothing is known of."""
    again = {case.id for case in to_ask(base.layers, after, cases)}
    return [case for case in cases if case.pinned or case.id in again]


def _asked(responder: Responder, cases: Sequence[Case]) -> list[CaseResult]:
    return list(observe(Subject(responder), knowledge_of(responder.live.current()), cases))
