"""Owns the trace of a case: what its outcome hung on, kept so that a later edit can be seen to leave it alone.

Refuses to judge the outcome.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answering.selection import THIRD_WITHIN, is_bare_code
from bot.casebook.case import KNOWLEDGE_KINDS, Case
from bot.decision.decide import MAX_OPTIONS, TIE_WITHIN, VARIANT_WITHIN
from bot.decision.measure import RARE
from bot.decision.outcome import Answer
from bot.respond import Outcome, Responder
from bot.retrieval.heard import Heard, heard
from bot.retrieval.passage import ArticleHit
from eval.checks.judge import judge
from eval.edits.brink import Brink, brink_of
from eval.knowledge import Knowledge
from eval.observation import Fault
from eval.result import CaseResult, case_result
from eval.subject import Subject, observation_of
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trace:
    """Of one case before the edit. `hits`: the articles ranked, with their scores, best first. `gap`: the least change
    of a score that could change which article leads, which passages are shown or what is offered. `rare`: the rarest
    words of the question. `settled`: what the customer got was decided before the search, and nothing else is judged.
    `turns`: there were turns before it. `brink`: where its search cut off; None where a margin is all there is.
    `language`: what it was taken to be written in.
    """

    id: str
    standalone: str
    region: str | None
    plan: str | None
    products: tuple[str, ...]
    hits: tuple[tuple[str, float], ...]
    gap: float
    confidence: float
    rare: tuple[str, ...]
    settled: bool
    turns: bool
    brink: Brink | None
    language: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as judged, its trace (None: the pipeline broke on it), and its question's vector, shape (d,)."""

    result: CaseResult
    trace: Trace | None
    vector: Vector | None


def observe(subject: Subject, knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[CaseResult]:
    """Every case through the pipeline and the checks, in order."""
    for case in cases:
        yield _judged(case, subject.outcome(case), knowledge)


def follow(subject: Subject, knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[Seen]:
    """The same with what each outcome hung on."""
    for case in cases:
        outcome = subject.outcome(case)
        result = _judged(case, outcome, knowledge)
        if isinstance(outcome, Fault):
            yield Seen(result, None, None)
        else:
            spoken = heard(subject.responder.encoder, outcome.question)
            yield Seen(result, _trace(case, outcome, subject.responder, spoken), spoken.vector)


def _judged(case: Case, outcome: Outcome | Fault, knowledge: Knowledge) -> CaseResult:
    seen = outcome if isinstance(outcome, Fault) else observation_of(case.id, outcome)
    return case_result(case, seen, judge(case, seen, knowledge))


def rare_words(standalone: str, index: KnowledgeIndex) -> tuple[str, ...]:
    """The words whose place in the answer the confidence looks at, rarest first."""
    words = set(terms(standalone))
    return tuple(sorted(words, key=lambda word: (-index.lexical.idf(word), word))[:RARE])


def _trace(case: Case, outcome: Outcome, responder: Responder, spoken: Heard) -> Trace:
    question, index = outcome.question, responder.live.current()
    settled = case.kind not in KNOWLEDGE_KINDS and _before_search(outcome)
    searched = not settled and not case.context and bool(outcome.result.hits)
    return Trace(
        id=case.id,
        standalone=question.standalone,
        region=question.known.region,
        plan=question.known.plan,
        products=tuple(sorted(question.products)),
        hits=tuple((hit.article.id, round(hit.score, 6)) for hit in outcome.result.hits),
        gap=round(_gap(outcome), 6),
        confidence=outcome.confidence,
        rare=rare_words(question.standalone, index),
        settled=settled,
        turns=bool(case.context),
        brink=brink_of(index, responder.encoder, outcome, spoken) if searched else None,
        language=question.language,
    )


def _before_search(outcome: Outcome) -> bool:
    small_talk = isinstance(outcome.decision, Answer) and outcome.decision.small_talk
    return small_talk or outcome.screening.category is not None


def _gap(outcome: Outcome) -> float:
    """Whether the second of the passages shown stands before or behind the third does not matter: both are. Of a bare
    code the best alone is shown."""
    hits = outcome.result.hits
    if not hits:
        return 1.0
    passages = [passage.score for passage in hits[0].passages]
    steps = [abs(first - second - THIRD_WITHIN) for first, second in itertools.pairwise(passages[1:])]
    if is_bare_code(hits[0]):
        steps = [first - second for first, second in itertools.pairwise(passages[:2])]
    return min([*_edges(hits, outcome.question.known.region is None), *steps], default=1.0)


def _edges(hits: Sequence[ArticleHit], region_unknown: bool) -> Iterator[float]:
    """How far the articles behind the first are from leading, from a tie with it, and from being its variants."""
    best = hits[0]
    for place, hit in enumerate(hits[1:], 1):
        lead = best.score - hit.score
        if place == 1:
            yield lead
        if place < MAX_OPTIONS:
            yield abs(lead - TIE_WITHIN)
        if region_unknown and best.article.region and hit.article.region and hit.article.area == best.article.area:
            yield abs(lead - VARIANT_WITHIN)
