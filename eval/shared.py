"""Owns measuring on the public sets: real ingestion, real search, R@1 and MRR@10 beside the baseline.

Refuses to tune.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.access import PUBLIC_VISITOR
from bot.respond import Responder, respond
from bot.retrieval.question import Known
from bot.retrieval.search import search
from bot.retrieval.standalone import understand
from eval.calibration.samples import Sample
from eval.checks.retrieval import first_right
from eval.parts import Workshop
from eval.shared_sets import SharedQuestion, SharedSet

K = 10


@dataclass(frozen=True, slots=True)
class SetScore:
    """How a set's answerable questions were found."""

    name: str
    questions: int
    recall_at_1: float
    mrr_at_10: float


def measure(workshop: Workshop, found: SharedSet) -> SetScore:
    """R@1 and MRR@10 over the questions that have an answer."""
    responder = responder_for(workshop, found)
    asked = [question for question in found.questions if question.relevant]
    workshop.encoder.encode([question.text for question in asked])
    ranks = [first_right(_ranked(responder, question), question.relevant) for question in asked]
    return SetScore(
        found.name,
        len(asked),
        sum(rank == 1 for rank in ranks) / len(asked),
        sum(1 / rank for rank in ranks if rank is not None and rank <= K) / len(asked),
    )


def samples(workshop: Workshop, found: SharedSet, at_most: int) -> Iterator[Sample]:
    """Samples for a calibration, right where the top article is; the same questions are drawn each time."""
    responder = responder_for(workshop, found)
    drawn = drawn_from(found.questions, at_most)
    workshop.encoder.encode([question.text for question in drawn])
    for question in drawn:
        outcome = respond(responder, question.text, question.context, PUBLIC_VISITOR)
        if outcome.result.hits and outcome.draft is not None:
            right = outcome.result.hits[0].article.id in question.relevant
            group = question.relevant[0] if question.relevant else question.id
            yield Sample(question.id, found.name, group, question.kind, outcome.signals, right, bool(question.relevant))


def drawn_from(questions: Sequence[SharedQuestion], at_most: int) -> list[SharedQuestion]:
    """Every n-th question, so that all parts of the set are represented."""
    every = max(-(-len(questions) // at_most), 1)
    return list(questions[::every])


def responder_for(workshop: Workshop, found: SharedSet) -> Responder:
    """The pipeline on the set's articles; their index is kept beside the work folder."""
    index_dir = workshop.work_dir.parent / "shared" / found.name
    workshop.refresh([found.articles], index_dir)
    return workshop.responder(index_dir)


def _ranked(responder: Responder, question: SharedQuestion) -> list[str]:
    index, context = responder.live.current(), question.context
    asked = understand(question.text, context, Known(), responder.variants, spelled=index.spelling.corrected)
    result = search(index, responder.encoder, asked, PUBLIC_VISITOR, K)
    return [hit.article.id for hit in result.hits]
