"""Owns reading back what bot turns showed and the thumbs they got. Refuses to interpret words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.answering.draft import Citation
from bot.conversation.messages import Message
from bot.decision.meanwhile import Page
from bot.handoff.reactions import BotTurn
from bot.storage.record import decode
from bot.storage.tables import feedback
from bot.turn_note import Extra

THUMBS = "thumbs"


@dataclass(frozen=True, slots=True)
class _Note:
    """What is read of a turn note."""

    citations: tuple[Citation, ...] = ()
    pages: tuple[Page, ...] = ()
    pages_intro: str = ""
    extra: Extra | None = None


def shown_turns(tx: Connection, said: Sequence[Message]) -> tuple[BotTurn, ...]:
    """Every bot turn of the transcript `said` that cited something, with its last thumbs (1, -1, else 0)."""
    query = select(feedback.c.message_id, feedback.c.score).where(
        feedback.c.conversation_id.in_({message.conversation_id for message in said}), feedback.c.kind == THUMBS
    )
    thumbs = {row.message_id: row.score for row in tx.execute(query.order_by(feedback.c.created_at))}
    turns = []
    for turn, message in enumerate(said):
        citations = citations_of(message)
        if citations:
            turns.append(BotTurn(turn, citations, _sign(thumbs.get(message.id, 0))))
    return tuple(turns)


def citations_of(message: Message) -> tuple[Citation, ...]:
    """What the message quotes; empty for small talk, notices and people."""
    return decode(_Note, message.turn).citations if message.turn is not None else ()


def extra_of(message: Message) -> Extra | None:
    """The helpful addition that stands below the message."""
    return decode(_Note, message.turn).extra if message.turn is not None else None


def pages_of(message: Message) -> tuple[str, tuple[Page, ...]]:
    """The pages that the message points to, and what it says above them."""
    note = decode(_Note, message.turn) if message.turn is not None else _Note()
    return note.pages_intro, note.pages


def _sign(score: int) -> int:
    return (score > 0) - (score < 0)
