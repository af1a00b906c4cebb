"""Owns the follow-up measure: was the message understood together with the turns before it?

Refuses half answers.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.casebook.case import Case, Kind
from bot.casebook.plain_text import shows
from bot.decision.outcome import Verdict
from eval.checks.measure import Measure, Result
from eval.checks.retrieval import first_right
from eval.knowledge import Knowledge
from eval.observation import Observation


def judge(case: Case, seen: Observation, _knowledge: Knowledge) -> Iterator[Result]:
    """Resolved: right article first, and the span shown, or another decision that is accepted."""
    if case.kind is not Kind.FOLLOWUP:
        return
    first = first_right(seen.ranked, case.expect.articles) == 1
    if seen.decision is Verdict.ANSWER:
        settled = any(shows(seen.shown, span) for span in case.expect.spans)
    else:
        settled = seen.decision in case.expect.decisions
    yield Result(Measure.FOLLOWUP_RESOLVED, float(first and settled), seen.standalone)
