"""Owns the thing under test: the real pipeline on one published generation, seen from outside.

Refuses to judge it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.access import PUBLIC_VISITOR
from bot.answering.draft import Draft
from bot.casebook.case import Case
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Option, Refuse
from bot.respond import Outcome, Responder, respond
from eval.observation import FAULTS, Cited, Fault, Observation


class Subject:
    """Answers cases as a public visitor would be answered."""

    def __init__(self, responder: Responder) -> None:
        self.responder = responder

    def warm(self, cases: Sequence[Case]) -> None:
        """Encode the messages in one batch; the results are the same, the run is shorter."""
        self.responder.encoder.encode(list(dict.fromkeys(case.text for case in cases)))

    def observe(self, case: Case) -> Observation | Fault:
        """What the pipeline does with the case; a Fault when it breaks."""
        outcome = self.outcome(case)
        return outcome if isinstance(outcome, Fault) else observation_of(case.id, outcome)

    def outcome(self, case: Case) -> Outcome | Fault:
        """The same with all that the decision-maker saw."""
        try:
            return respond(self.responder, case.text, case.context, PUBLIC_VISITOR, case.known)
        except FAULTS as error:
            return Fault(case.id, "pipeline", f"{type(error).__name__}: {error}")


def observation_of(case_id: str, outcome: Outcome) -> Observation:
    """The outcome as the checks see it."""
    decision = outcome.decision
    answered = isinstance(decision, Answer)
    return Observation(
        case_id=case_id,
        decision=decision.verdict,
        reason=None if isinstance(decision, Answer) else decision.reason,
        category=decision.category if isinstance(decision, HandOff) else None,
        screened=outcome.screening.category,
        small_talk=isinstance(decision, Answer) and decision.small_talk,
        confidence=outcome.confidence,
        shown=_shown(outcome),
        drafted=outcome.draft.text if outcome.draft else "",
        citations=_citations(outcome.draft) if answered else (),
        ranked=tuple(hit.article.id for hit in outcome.result.hits),
        options=tuple(option.article_id for option in _options(decision)),
        standalone=outcome.question.standalone,
        signals=outcome.signals,
        generation=outcome.generation,
        milliseconds=outcome.milliseconds,
    )


def _shown(outcome: Outcome) -> str:
    match outcome.decision:
        case Answer():
            return outcome.draft.text if outcome.draft else ""
        case Clarify(question=question, options=options):
            return "\n".join([question, *(option.label for option in options)])
        case HandOff() | Refuse():
            return ""


def _options(decision: Decision) -> tuple[Option, ...]:
    return decision.options if isinstance(decision, Clarify) else ()


def _citations(draft: Draft | None) -> tuple[Cited, ...]:
    if draft is None:
        return ()
    return tuple(Cited(c.article_id, c.version, c.start, c.end, c.quote) for c in draft.citations)
