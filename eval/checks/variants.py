"""Owns the variant measures: the right region's or plan's article, and never two variants mixed.

Refuses to guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.casebook.case import KNOWLEDGE_KINDS, Case, Kind
from bot.decision.outcome import Verdict
from eval.checks.measure import Measure, Result
from eval.checks.reading import forbidden_shown
from eval.knowledge import Knowledge
from eval.observation import Observation


def judge(case: Case, seen: Observation, _knowledge: Knowledge) -> Iterator[Result]:
    """Right: answered from an expected article alone, or asked back with the right article among the
    options.
    """
    mixed = forbidden_shown(case, seen) if case.kind in KNOWLEDGE_KINDS else ()
    if case.kind in KNOWLEDGE_KINDS and case.expect.must_not and seen.decision is Verdict.ANSWER:
        yield Result(Measure.VARIANT_MIXED, float(bool(mixed)), ", ".join(mixed))
    if case.kind is not Kind.VARIANT:
        return
    if seen.decision is Verdict.ANSWER:
        cited = {citation.article_id for citation in seen.citations}
        right = bool(cited) and cited <= set(case.expect.articles) and not mixed
        yield Result(Measure.VARIANT_RIGHT, float(right), "answered")
    elif seen.decision is Verdict.CLARIFY:
        offered = bool(set(seen.options) & set(case.expect.articles))
        yield Result(Measure.VARIANT_RIGHT, float(offered), "asked back")
