"""Owns what an edit does to questions that customers really asked, of which nobody has said what would be right.

Refuses to judge: what changes is told, and nothing of it stands in the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.casebook.case import Case
from bot.respond import Responder
from eval.checks.judge import Judgement
from eval.edits.told import Told, tell
from eval.observation import Fault
from eval.result import CaseResult, case_result
from eval.subject import Subject
from kb_ingest.index import KnowledgeIndex

Vectors = NDArray[np.float32]

AMONG = 20
"""Passages that may be cited: a question is near an edit if what changed is among so many, on either side."""
NEARLY = 0.05
"""How much further off it may be: the rest of a search weighs words, too."""


@dataclass(frozen=True, slots=True)
class Logged:
    """`told` of the questions `asked`, of so many `in_all`."""

    told: tuple[Told, ...] = ()
    asked: int = 0
    in_all: int = 0


def logged(before: Responder, after: Responder, changed: Collection[str], questions: Sequence[Case]) -> Logged:
    """The questions near the edit, asked on both sides."""
    if not changed or not questions:
        return Logged(in_all=len(questions))
    vectors = before.encoder.encode([each.text for each in questions])
    near = _near(before.live.current(), changed, vectors) | _near(after.live.current(), changed, vectors)
    asked = [each for each, is_near in zip(questions, near, strict=True) if is_near or each.context]
    earlier = {each.id: each for each in _results(before, asked)}
    told = tell(earlier, _results(after, asked), ())
    return Logged(tuple(replace(one, logged=True) for one in told), len(asked), len(questions))


def _near(index: KnowledgeIndex, changed: Collection[str], vectors: Vectors) -> NDArray[np.bool_]:
    """Shape (n,): of the questions' `vectors` (n, d)."""
    places = [place for place, article in enumerate(index.ordered) if article.id in changed]
    passages = vectors @ index.vectors().T
    foreseen = index.asked.foreseen
    own = np.hstack([
        passages[:, np.isin(index.owners, places)],
        vectors @ foreseen.vectors[np.isin(foreseen.owners, places)].T,
    ])  # fmt: skip
    last = np.sort(passages, axis=1)[:, -AMONG:][:, 0]
    return np.asarray(own.max(axis=1, initial=-1.0) >= last - NEARLY)


def _results(responder: Responder, questions: Sequence[Case]) -> Iterator[CaseResult]:
    subject = Subject(responder)
    subject.warm(questions)
    for each in questions:
        seen = subject.observe(each)
        faults = (seen,) if isinstance(seen, Fault) else ()
        yield case_result(each, seen, Judgement((), faults))
