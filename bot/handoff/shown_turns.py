"""Owns reading back what bot turns showed and the thumbs they got. Refuses to interpret words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.answering.draft import Citation
from bot.conversation.messages import Message
from bot.handoff.reactions import BotTurn
from bot.storage.record import decode
from bot.storage.tables import feedback
from kb_ingest.article import Visibility

THUMBS = "thumbs"


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation as the turn note keeps it; customers' turn notes do not repeat the visibility."""

    number: int
    article_id: str
    title: str
    version: str
    start: int
    end: int
    quote: str
    visibility: Visibility = Visibility.PUBLIC
    url: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    citations: tuple[_Cited, ...] = ()


def shown_turns(tx: Connection, conversation_id: str, said: Sequence[Message]) -> tuple[BotTurn, ...]:
    """Every bot turn of the transcript `said` that cited something, with its last thumbs (1, -1, else 0)."""
    query = select(feedback.c.message_id, feedback.c.score).where(
        feedback.c.conversation_id == conversation_id, feedback.c.kind == THUMBS
    )
    thumbs = {row.message_id: row.score for row in tx.execute(query.order_by(feedback.c.created_at))}
    turns = []
    for turn, message in enumerate(said):
        citations = _citations(message)
        if citations:
            turns.append(BotTurn(turn, citations, _sign(thumbs.get(message.id, 0))))
    return tuple(turns)


def _citations(message: Message) -> tuple[Citation, ...]:
    if message.turn is None:
        return ()
    return tuple(
        Citation(
            number=cited.number,
            article_id=cited.article_id,
            title=cited.title,
            version=cited.version,
            start=cited.start,
            end=cited.end,
            quote=cited.quote,
            visibility=cited.visibility,
            url=cited.url,
            updated_at=cited.updated_at,
        )
        for cited in decode(_Note, message.turn).citations
    )


def _sign(score: int) -> int:
    return (score > 0) - (score < 0)
