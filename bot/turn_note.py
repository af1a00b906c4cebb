"""Owns what a bot message carries for the customer, and what is frozen for people. Refuses the first to be internal."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.draft import Citation, Draft
from bot.decision.meanwhile import Page
from bot.decision.outcome import Clarify, HandOff, Option, Reason, Refuse, Verdict
from bot.decision.signals import Signals
from bot.respond import Outcome


@dataclass(frozen=True, slots=True)
class Extra:
    """One helpful addition of an article version to an answer from it; `label` says in the customer's language what it
    is. No part of the answer: it is not what was asked for."""

    article_id: str
    version: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class TurnNote:
    """The turn as the customer may see it; `citations` only of what was shown. `pages` are pointed to below
    `pages_intro` while the customer waits for a person: they answer nothing, and are never citations."""

    decision: Verdict
    reason: Reason | None
    confidence: float
    sensitive: str | None
    citations: tuple[Citation, ...]
    options: tuple[Option, ...]
    generation: str
    automated: bool = True
    label: str = "Automated answer"
    correction: bool = False
    pages: tuple[Page, ...] = ()
    pages_intro: str = ""
    extra: Extra | None = None


@dataclass(frozen=True, slots=True)
class SeenPassage:
    """One retrieved passage as the decision-maker saw it."""

    article_id: str
    version: str
    start: int
    end: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class SeenTurn:
    """All that led to a decision, kept beside the bot's message; evaluation replays it."""

    said: str
    standalone: str
    carried: str | None
    note: TurnNote
    signals: Signals
    passages: tuple[SeenPassage, ...]
    draft: Draft | None
    milliseconds: float


def note_of(outcome: Outcome) -> TurnNote:
    """What the customer's message carries: citations only when the draft was shown."""
    decision = outcome.decision
    shown = outcome.draft if decision.verdict is Verdict.ANSWER else None
    return TurnNote(
        decision=decision.verdict,
        reason=decision.reason if isinstance(decision, Clarify | HandOff | Refuse) else None,
        confidence=outcome.confidence,
        sensitive=outcome.screening.category if isinstance(decision, HandOff) else None,
        citations=shown.citations if shown else (),
        options=decision.options if isinstance(decision, Clarify) else (),
        generation=outcome.generation,
        label=outcome.words.label,
    )


def failure_note(label: str, generation: str) -> TurnNote:
    """The note of a turn that broke."""
    return TurnNote(Verdict.HANDOFF, Reason.SYSTEM_FAILURE, 0.0, None, (), (), generation, label=label)


def seen(outcome: Outcome, note: TurnNote) -> SeenTurn:
    """The frozen record of one turn."""
    passages = tuple(
        SeenPassage(
            p.article.id, p.article.version, p.chunk.start, p.chunk.end, p.score, p.dense, p.lexical
        )
        for p in outcome.result.passages
    )
    question = outcome.question
    return SeenTurn(
        said=question.said,
        standalone=question.standalone,
        carried=question.carried,
        note=note,
        signals=outcome.signals,
        passages=passages,
        draft=outcome.draft,
        milliseconds=outcome.milliseconds,
    )
