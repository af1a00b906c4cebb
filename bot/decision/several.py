"""Owns the answer to a message that asks several questions. Refuses to answer them together where one of them is in
doubt, or where they are about one article: then the message is one question.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.draft import Draft, joined
from bot.decision.decide import Evidence
from bot.decision.outcome import Answer, Decision
from bot.retrieval.asked_together import stands_alone

BOTH = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one question, and the answer that could be given."""

    evidence: Evidence
    draft: Draft | None


def answered(
    decision: Decision, whole: Found, apart: Sequence[Found], decided: Callable[[Evidence], Decision], least: float
) -> tuple[Decision, Found]:
    """One answer to all questions, where each would be answered from another article and all are right with a
    probability of `least`; that one of two is left open, where it would not be; for any other message the decision for
    the `whole`."""
    drafts = [each.draft for each in apart if each.draft is not None]
    articles = {draft.citations[0].article_id for draft in drafts}
    if not apart or len(articles) < len(apart):
        return decision, whole
    doubtful = [each.evidence.question.said for each in apart if decided(each.evidence) != Answer()]
    together = math.prod(each.evidence.confidence for each in apart)
    if not doubtful and together >= least:
        return Answer(), Found(replace(whole.evidence, confidence=round(together, 4)), joined(drafts))
    if decision == Answer() and len(apart) == BOTH and len(doubtful) == 1 and stands_alone(doubtful[0]):
        return Answer(partial=True), whole
    return decision, whole
