"""Owns the samples a confidence is fitted on: signals of a question and whether its top answer was right.

Refuses the test split, and cases whose right answer depends on something the customer did not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.casebook.case import KNOWLEDGE_KINDS, Case, Kind, Split
from bot.casebook.plain_text import shows
from bot.decision.confidence import feature
from bot.decision.signals import Signals
from eval.observation import Fault, Observation

NEGATIVE_KINDS = frozenset({Kind.MISSING_FACT, Kind.OTHER_TOPIC, Kind.INTERNAL_ONLY})
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question. `group`: what folding must not tear apart; `answerable`: a right answer exists."""

    id: str
    source: str
    group: str
    kind: str
    signals: Signals
    right: bool
    answerable: bool


def usable(case: Case) -> bool:
    """Tuning cases whose answer is right or wrong beyond argument."""
    if case.belongs_to is not Split.TUNE:
        return False
    return case.kind in NEGATIVE_KINDS or (case.kind in KNOWLEDGE_KINDS and case.has_answer and bool(case.expect.spans))


def of_cases(pairs: Iterable[tuple[Case, Observation | Fault]], source: str) -> Iterator[Sample]:
    """A sample per case with a draft; right: the top article is an expected one and its span is in the
    draft.
    """
    for case, seen in pairs:
        if isinstance(seen, Fault) or seen.small_talk or not seen.drafted or not usable(case):
            continue
        answerable = case.kind in KNOWLEDGE_KINDS
        right = answerable and seen.ranked[0] in case.expect.articles
        right = right and any(shows(seen.drafted, span) for span in case.expect.spans)
        yield Sample(case.id, source, case.group, case.kind, seen.signals, right, answerable)


def open_share(samples: Sequence[Sample]) -> float:
    """The share of them that no article answers."""
    return sum(not sample.answerable for sample in samples) / len(samples)


def matrix(samples: Sequence[Sample], features: Sequence[str]) -> Floats:
    """Feature values, shape (samples, features); a feature is a signal or the product `a*b` of two."""
    values = [asdict(sample.signals) for sample in samples]
    return np.array([[feature(row, name) for name in features] for row in values], np.float64).reshape(
        len(samples), len(features)
    )


def labels(samples: Sequence[Sample]) -> Floats:
    """1.0 where the top answer was right."""
    return np.array([sample.right for sample in samples], np.float64)
