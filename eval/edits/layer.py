"""Owns the cases whose outcome hangs on one index, as they were asked there; and which of them a later base can reach.

Refuses to ask them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.casebook.case import Case
from bot.respond import Responder
from eval.edits.overlay import changed
from eval.edits.reach import reached
from eval.edits.traced import Trace, Vector
from kb_ingest.index import KnowledgeIndex


@dataclass(frozen=True, slots=True)
class Layer:
    """`vectors` (n, d) belong to the `traces` of the cases as asked on the `index`."""

    index: KnowledgeIndex
    traces: tuple[Trace, ...]
    vectors: Vector

    def without(self, ids: Collection[str]) -> Layer:
        """The other cases."""
        left = [at for at, trace in enumerate(self.traces) if trace.id not in ids]
        return Layer(self.index, tuple(self.traces[at] for at in left), self.vectors[left])

    def joined(self, others: Iterable[Layer]) -> Layer:
        """With the cases of others on the same index."""
        both = [each for each in (self, *others) if each.traces]
        if not both:
            return self
        traces = tuple(trace for each in both for trace in each.traces)
        return Layer(self.index, traces, np.concatenate([each.vectors for each in both]))

    def within_reach(self, after: Responder) -> frozenset[str]:
        """Ids of the cases that what differs between the index and the one `after` can reach."""
        index = after.live.current()
        touched = changed(self.index, index.ordered).all
        if not touched or not self.traces:
            return frozenset()
        return reached(self.traces, self.vectors, self.index, index, touched, after.encoder, after.calibration)


def to_ask(layers: Sequence[Layer], after: Responder, cases: Sequence[Case]) -> list[Case]:
    """The cases in reach of what differs, and those nothing is known of."""
    traced = {trace.id for layer in layers for trace in layer.traces}
    within = {name for layer in layers for name in layer.within_reach(after)}
    return [case for case in cases if case.id in within or case.id not in traced]
