"""Owns which conversation goes on in another one, and what was said in both. Refuses to join them: merging does."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.storage.tables import merges


def going_on(tx: Connection, conversation_id: str) -> str:
    """Where it is heard what is said in this conversation: in the one it goes on in, or in itself."""
    query = select(merges.c.goes_on_in).where(merges.c.conversation_id == conversation_id)
    return tx.execute(query).scalar() or conversation_id


def entered(tx: Connection, conversation_id: str) -> str:
    """The same for who is about to say something: nobody joins it to another one until the transaction is over."""
    conversations.lock(tx, conversation_id)
    return going_on(tx, conversation_id)


def parts(tx: Connection, conversation_id: str) -> tuple[str, ...]:
    """The conversation, and those that go on in it, the first joined first."""
    query = select(merges.c.conversation_id).where(merges.c.goes_on_in == conversation_id)
    return (conversation_id, *tx.execute(query.order_by(merges.c.merged_at, merges.c.conversation_id)).scalars())


def transcript(tx: Connection, conversation_id: str) -> tuple[Message, ...]:
    """Every message of the conversation and of those that go on in it, oldest first: what the desk reads."""
    return messages.transcript(tx, *parts(tx, conversation_id))
