"""Owns fitting the ranker: questions → the evidence for each candidate article → weights, and their worth.

Refuses the test split, and briefs: they have weights of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.casebook.case import KNOWLEDGE_KINDS, Case, Split
from bot.respond import Responder
from bot.retrieval.question import Known, Question
from bot.retrieval.ranking import SENTENCE, length_of, names, values
from bot.retrieval.search import look
from bot.retrieval.standalone import understand
from eval.shared_sets import SharedQuestion

K = 10
ROUNDS = 60
SHARPNESS = 10.0
"""Scores of about 1 times this go into the softmax."""
LONGEST_STEP = 0.2
L2 = 0.1
"""Penalty on the weights, per question; it settles what the questions leave open."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question: `features` (candidates, f), which of the candidates are right, and whether it is a brief."""

    features: Floats
    right: NDArray[np.bool_]
    brief: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """How often the first article is right, and the mean reciprocal rank within the first ten."""

    recall_at_1: float
    mrr_at_10: float


def of_cases(responder: Responder, cases: Iterable[Case]) -> Iterator[Example]:
    """Examples of our own tuning cases."""
    spelled = responder.live.current().spelling.corrected
    for case in cases:
        if case.belongs_to is Split.TUNE and case.kind in KNOWLEDGE_KINDS and case.expect.articles:
            question = understand(case.text, case.context, case.known, responder.variants, spelled=spelled)
            yield _example(responder, question, case.expect.articles)


def of_shared(responder: Responder, questions: Iterable[SharedQuestion]) -> Iterator[Example]:
    """Examples of a public set's questions that have an answer."""
    spelled = responder.live.current().spelling.corrected
    for each in questions:
        if each.relevant:
            question = understand(each.text, each.context, Known(), responder.variants, spelled=spelled)
            yield _example(responder, question, each.relevant)


def fit(sets: Mapping[str, Sequence[Example]], features: Sequence[str] = ()) -> Floats:
    """Weights (f,) that sum to 1: the softmax over each question's candidates, every set counting the same.

    ListNet with the right articles sharing the target (Cao et al. 2007), which is convex; Newton's method. Features
    that are not named get 0 (none named: all are used).
    """
    used = np.array([not features or name in features for name in names()])
    usable = {name: [e for e in examples if e.right.any() and not e.brief] for name, examples in sets.items()}
    parts = [(e, 1 / len(examples)) for examples in usable.values() for e in examples]
    weights = np.zeros(int(used.sum()))
    for _ in range(ROUNDS):
        slope, curvature = -2 * L2 * weights, 2 * L2 * np.eye(len(weights))
        for example, importance in parts:
            rows = example.features[:, used]
            share = _softmax(SHARPNESS * rows @ weights)
            mean = share @ rows
            slope += importance * SHARPNESS * (example.right @ rows / example.right.sum() - mean)
            spread = (rows * share[:, None]).T @ rows - np.outer(mean, mean)
            curvature += importance * SHARPNESS**2 * spread
        step = np.linalg.solve(curvature, slope)
        # A full step overshoots where the softmax is nearly decided.
        step *= min(1.0, LONGEST_STEP / float(np.abs(step).max()))
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    whole = np.zeros(len(used))
    whole[used] = weights / weights.sum()
    return whole


def worth(examples: Sequence[Example], weights: Floats) -> Worth:
    """What the weights are worth on the examples; a question none of whose articles was found counts as missed."""
    ranks = [_rank(example, weights) for example in examples]
    reciprocal = [1 / rank if rank <= K else 0.0 for rank in ranks]
    return Worth(float(np.mean([rank == 1 for rank in ranks])), float(np.mean(reciprocal)))


def present_weights() -> Floats:
    """The weights in use for questions."""
    return np.array(values(SENTENCE))


def _example(responder: Responder, question: Question, relevant: Sequence[str]) -> Example:
    seen = look(responder.live.current(), responder.encoder, question, PUBLIC_VISITOR)
    if seen is None:
        return Example(np.empty((0, len(names()))), np.empty(0, np.bool_), brief=False)
    right = np.array([article.id in relevant for article in seen.candidates.articles], np.bool_)
    columns = values(seen.candidates.features)
    return Example(np.stack(columns, axis=1), right, brief=length_of(seen.inquiry.want) > 0)


def _rank(example: Example, weights: Floats) -> float:
    order = np.argsort(-(example.features @ weights), kind="stable")
    places = np.flatnonzero(example.right[order])
    return float(places[0] + 1) if len(places) else float("inf")


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())
