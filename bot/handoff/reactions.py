"""Owns what the customer made of an answer: thumbs first, words second. Refuses to guess from silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.draft import Citation
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.packet import Shown


class Reaction(StrEnum):
    """How an answer was received."""

    HELPED = "helped"
    DID_NOT_HELP = "did not help"


@dataclass(frozen=True, slots=True)
class BotTurn:
    """A bot answer as it was shown: its position, what it cited, and the thumbs given (1, -1, 0 for none)."""

    turn: int
    citations: tuple[Citation, ...] = ()
    thumbs: int = 0


def shown(
    transcript: Sequence[Utterance], turns: Sequence[BotTurn], patterns: FactPatterns
) -> tuple[Shown, ...]:
    """Every article shown, once per turn, with the reaction to that turn."""
    found: dict[tuple[int, str], Shown] = {}
    for turn in turns:
        reaction = _reaction(transcript, turn, patterns)
        for citation in turn.citations:
            found.setdefault((turn.turn, citation.article_id), Shown(citation, turn.turn, reaction))
    return tuple(found.values())


def _reaction(transcript: Sequence[Utterance], turn: BotTurn, patterns: FactPatterns) -> Reaction | None:
    if turn.thumbs:
        return Reaction.HELPED if turn.thumbs > 0 else Reaction.DID_NOT_HELP
    reply = next(
        (said for said in transcript if said.turn > turn.turn and said.speaker is Speaker.CUSTOMER), None
    )
    if reply is None:
        return None
    if any(expression.search(reply.text) for expression in patterns.negative):
        return Reaction.DID_NOT_HELP
    if any(expression.search(reply.text) for expression in patterns.positive):
        return Reaction.HELPED
    return None
