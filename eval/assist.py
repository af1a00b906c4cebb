"""Owns measuring the suggestions beside a ticket on public dialogues: is it told which messages need an article, is the
right one among those shown, and how soon. Refuses to tune.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.access import Role, Viewer
from bot.assist.suggest import Sources, suggest
from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.batching import SharedEncoder
from eval.bench.measure import percentile
from eval.calibration.quality import auroc
from eval.checks.retrieval import first_right
from eval.dialogue_fit import is_fitted
from eval.parts import Workshop
from eval.shared import drawn_from, responder_for
from eval.shared_sets import SharedQuestion, SharedSet

AUROC, AMONG_SHOWN, MILLISECONDS = 0.9, 0.7, 150.0
"""Targets: least, least, and most at the median."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One message: whether the desk used an article for it, whether a fit may have seen it, and what was suggested.

    `needs` is the probability said, `rank` that of the first right article, None where none was shown; milliseconds of
    the clock, and of the processors.
    """

    needed: bool
    fitted: bool
    needs: float
    rank: int | None
    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class AssistScore:
    """Of all messages `auroc`, of those that no fit saw `auroc_left_out`; of the needing ones, the shares with a right
    article `among` those shown and `first`; milliseconds of a suggestion."""

    messages: int
    left_out: int
    needing: int
    auroc: float
    auroc_left_out: float
    among: float
    first: float
    median: float
    p95: float
    processor_median: float

    @property
    def well(self) -> bool:
        """Whether it is told well enough what needs an article, and the right one is among those shown."""
        return self.auroc_left_out >= AUROC and self.among >= AMONG_SHOWN


def measure(workshop: Workshop, found: SharedSet, at_most: int) -> AssistScore:
    """With the encoder itself: a memory of vectors would make it look fast."""
    parts = replace(responder_for(workshop, found), encoder=SharedEncoder(workshop.embedder))
    sources = Sources.of(parts)
    return score([_observed(sources, each) for each in drawn_from(found.questions, at_most)])


def score(observed: Sequence[Observed]) -> AssistScore:
    """The figures over all messages, of which some need an article."""
    left_out = [each for each in observed if not each.fitted]
    needing = [each for each in observed if each.needed]
    clock = [each.clock for each in observed]
    return AssistScore(
        messages=len(observed),
        left_out=len(left_out),
        needing=len(needing),
        auroc=_auroc(observed),
        auroc_left_out=_auroc(left_out),
        among=sum(each.rank is not None for each in needing) / len(needing),
        first=sum(each.rank == 1 for each in needing) / len(needing),
        median=percentile(clock, 0.5),
        p95=percentile(clock, 0.95),
        processor_median=percentile([each.processor for each in observed], 0.5),
    )


def _auroc(observed: Sequence[Observed]) -> float:
    return auroc(np.array([each.needs for each in observed]), np.array([float(each.needed) for each in observed]))


def _observed(sources: Sources, question: SharedQuestion) -> Observed:
    said = (*question.context, Utterance(Speaker.CUSTOMER, question.text, len(question.context)))
    clock, processor = time.perf_counter(), time.process_time()
    found = suggest(sources, said, Viewer(Role.AGENT))
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return Observed(
        needed=bool(question.relevant),
        fitted=is_fitted(question.text),
        needs=found.needs_knowledge,
        rank=first_right([each.article_id for each in found.proposals], question.relevant),
        clock=clock * 1000,
        processor=processor * 1000,
    )
