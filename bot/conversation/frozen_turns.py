"""Owns what the decision-maker saw, kept beside the bot's message. Refuses to interpret it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from bot.conversation.messages import Message
from bot.storage import clock
from bot.storage.record import encode
from bot.storage.tables import turns

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class FrozenTurn:
    """`frozen` is the JSON of the value that was stored with the bot message `message_id`."""

    message_id: int
    conversation_id: str
    frozen: str
    created_at: str


def freeze(tx: Connection, message: Message, seen: DataclassInstance) -> None:
    """Keep what led to the bot's `message`; once per message (IntegrityError on a second time)."""
    tx.execute(
        insert(turns).values(
            message_id=message.id,
            conversation_id=message.conversation_id,
            frozen=encode(seen),
            created_at=clock.now(),
        )
    )


def of_conversation(tx: Connection, conversation_id: str) -> tuple[FrozenTurn, ...]:
    """Every frozen turn of the conversation, oldest first."""
    query = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.message_id)
    return tuple(FrozenTurn(**dict(row)) for row in tx.execute(query).mappings())
