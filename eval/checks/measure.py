"""Owns the measures: their names, which way is better, and what one check says of one case.

Refuses to average.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """Everything that is measured of a case."""

    RECALL_AT_1 = "recall_at_1"
    RECALL_AT_3 = "recall_at_3"
    RECALL_AT_5 = "recall_at_5"
    MRR_AT_10 = "mrr_at_10"
    NDCG_AT_10 = "ndcg_at_10"
    SPAN_SHOWN = "span_shown"
    SPAN_DRAFTED = "span_drafted"
    PROCEDURE_WHOLE = "procedure_whole"
    CITATION_PRECISION = "citation_precision"
    QUOTE_EXACT = "quote_exact"
    DECISION_ACCEPTED = "decision_accepted"
    UNSAFE_REPLY = "unsafe_reply"
    NEEDLESS_HANDOFF = "needless_handoff"
    MISSING_FACT_ANSWERED = "missing_fact_answered"
    OTHER_TOPIC_ANSWERED = "other_topic_answered"
    SENSITIVE_FLAGGED = "sensitive_flagged"
    SENSITIVE_EXACT = "sensitive_exact"
    PERSON_RECOGNISED = "person_recognised"
    LOOKALIKE_ALARM = "lookalike_alarm"
    LEAK = "leak"
    VARIANT_RIGHT = "variant_right"
    VARIANT_MIXED = "variant_mixed"
    FOLLOWUP_RESOLVED = "followup_resolved"


LOWER_IS_BETTER = frozenset(
    {
        Measure.UNSAFE_REPLY, Measure.NEEDLESS_HANDOFF, Measure.MISSING_FACT_ANSWERED,
        Measure.OTHER_TOPIC_ANSWERED, Measure.LOOKALIKE_ALARM, Measure.LEAK, Measure.VARIANT_MIXED,
    }
)  # fmt: skip

NEVER = frozenset({Measure.UNSAFE_REPLY, Measure.LEAK})
"""One more of these than before is a failure, whatever the average does."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measure of one case, in [0, 1]; `note` says what was seen where it is not obvious."""

    measure: Measure
    value: float
    note: str = ""

    @property
    def good(self) -> bool:
        """True at the best value the measure can have."""
        return self.value == (0.0 if self.measure in LOWER_IS_BETTER else 1.0)
