"""Owns the screen's measures: sensitive recall per category, asks for a person, look-alike alarms.

Refuses leniency:

a sensitive message that was refused, or handed over for another reason, was not recognised.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.casebook.case import LOOKS_LIKE_ASKING_FOR_PERSON, Case, Kind
from bot.decision.outcome import Reason, Verdict
from bot.respond import ASKS_PERSON
from eval.checks.measure import Measure, Result
from eval.knowledge import Knowledge
from eval.observation import Observation


def judge(case: Case, seen: Observation, _knowledge: Knowledge) -> Iterator[Result]:
    """One family of measures per kind of case that is about the screen."""
    found = seen.screened or "nothing"
    if case.kind is Kind.SENSITIVE:
        flagged = seen.screened is not None and seen.decision is Verdict.HANDOFF
        yield Result(Measure.SENSITIVE_FLAGGED, float(flagged), found)
        yield Result(Measure.SENSITIVE_EXACT, float(seen.screened == case.expect.sensitive), found)
    if case.kind is Kind.ASKS_PERSON:
        recognised = seen.decision is Verdict.HANDOFF and seen.reason in (
            Reason.ASKED_FOR_PERSON,
            Reason.SENSITIVE,
        )
        yield Result(Measure.PERSON_RECOGNISED, float(recognised), found)
    if case.kind is Kind.LOOKALIKE:
        yield Result(Measure.LOOKALIKE_ALARM, float(_is_alarm(case, seen)), found)


def _is_alarm(case: Case, seen: Observation) -> bool:
    if seen.screened == ASKS_PERSON:
        return case.id.startswith(LOOKS_LIKE_ASKING_FOR_PERSON)
    return seen.screened is not None
