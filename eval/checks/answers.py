"""Owns the answer measures: right span shown, procedures whole, citations right and exact.

Refuses to judge what was not said: only answers count, but for the draft behind every decision.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.casebook.case import KNOWLEDGE_KINDS, Case
from bot.casebook.plain_text import normal, shows
from bot.decision.outcome import Verdict
from eval.checks.measure import Measure, Result
from eval.checks.procedure import steps_cited
from eval.knowledge import Knowledge
from eval.observation import Cited, Observation


def judge(case: Case, seen: Observation, knowledge: Knowledge) -> Iterator[Result]:
    """Spans on cases the base can answer; procedures and quotes on every answer with citations."""
    if case.kind in KNOWLEDGE_KINDS and case.expect.spans and not seen.small_talk:
        yield Result(Measure.SPAN_DRAFTED, float(_any_span(case, seen.drafted)))
    if seen.decision is not Verdict.ANSWER or not seen.citations:
        return
    if case.kind in KNOWLEDGE_KINDS:
        if case.expect.spans:
            yield Result(Measure.SPAN_SHOWN, float(_any_span(case, seen.shown)))
        right = sum(cited.article_id in case.expect.articles for cited in seen.citations)
        yield Result(Measure.CITATION_PRECISION, right / len(seen.citations))
    yield Result(Measure.QUOTE_EXACT, float(all(_is_exact(cited, knowledge) for cited in seen.citations)))
    yield from _procedures(seen, knowledge)


def _any_span(case: Case, text: str) -> bool:
    return any(shows(text, span) for span in case.expect.spans)


def _is_exact(cited: Cited, knowledge: Knowledge) -> bool:
    article = knowledge.articles.get(cited.article_id)
    if article is None or article.version != cited.version:
        return False
    return article.text[cited.start : cited.end] == cited.quote


def _procedures(seen: Observation, knowledge: Knowledge) -> Iterator[Result]:
    shown = normal(seen.shown)
    for cited in seen.citations:
        article = knowledge.articles.get(cited.article_id)
        steps = steps_cited(article.text, cited.start, cited.end) if article else ()
        if steps:
            missing = [step for step in steps if normal(step) not in shown]
            note = f"{len(missing)} of {len(steps)} steps of {cited.article_id} not shown" if missing else ""
            yield Result(Measure.PROCEDURE_WHOLE, float(not missing), note)
            return
