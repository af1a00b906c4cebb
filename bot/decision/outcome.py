"""Owns the closed set of decisions and their reasons. Refuses to choose between them: see decide.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The four things that can happen to a customer's message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why it was not simply answered; the code that reports, tickets and tests share."""

    ASKED_FOR_PERSON = "asked_for_person"
    FIRST_CLICK = "first_click"
    SENSITIVE = "sensitive"
    NOTHING_CLOSE = "nothing_close"
    FACT_MISSING = "fact_missing"
    CANDIDATES_TIE = "candidates_tie"
    VARIANT_UNKNOWN = "variant_unknown"
    LANGUAGE_NOT_COVERED = "language_not_covered"
    QUESTION_UNCLEAR = "question_unclear"
    REPEATED_FAILURE = "repeated_failure"
    ANGER = "anger"
    INSTRUCTION_ATTACK = "instruction_attack"
    SYSTEM_FAILURE = "system_failure"
    OVER_LIMIT = "over_limit"
    ANSWER_CORRECTED = "answer_corrected"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read the question, offered when clarifying."""

    article_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Give the draft. `small_talk` when there was nothing to look up; `partial` where the message asks one
    thing more, of which nothing is sure."""

    small_talk: bool = False
    partial: bool = False
    verdict = Verdict.ANSWER


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask one question; its options are at most three articles, or every region that there is a version for."""

    reason: Reason
    question: str
    options: tuple[Option, ...] = ()
    verdict = Verdict.CLARIFY


@dataclass(frozen=True, slots=True)
class HandOff:
    """Give the conversation to a person; `category` names the sensitive topic, if that is why."""

    reason: Reason
    category: str | None = None
    verdict = Verdict.HANDOFF


@dataclass(frozen=True, slots=True)
class Refuse:
    """Neither answer nor bother a person: the message asks for something this desk does not do."""

    reason: Reason
    verdict = Verdict.REFUSE


Decision = Answer | Clarify | HandOff | Refuse


def answer_or_person(decision: Decision) -> Answer | HandOff:
    """The same decision where nobody waits to be asked back, as by mail: what is no whole answer is a person's."""
    if isinstance(decision, Clarify | Refuse):
        return HandOff(decision.reason)
    return HandOff(Reason.FACT_MISSING) if decision == Answer(partial=True) else decision
