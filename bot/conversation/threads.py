"""Owns which conversation a thread of another system is. Refuses to open one: its caller knows how."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from bot.storage.clean_text import storable
from bot.storage.tables import threads


def find(tx: Connection, source: str, thread_id: str) -> str | None:
    """The conversation's id; None when nothing came from this thread yet."""
    mine = threads.c.source == source, threads.c.thread_id == storable(thread_id)
    return tx.execute(select(threads.c.conversation_id).where(*mine)).scalar()


def keep(tx: Connection, source: str, thread_id: str, conversation_id: str) -> None:
    """Remember it, in the transaction that opened the conversation."""
    row = {"source": source, "thread_id": storable(thread_id), "conversation_id": conversation_id}
    tx.execute(insert(threads).values(row))
