"""Owns which article answers cite, and how often. Refuses what was asked and by whom: it reads the citations alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from bot.storage.knowledge_tables import told
from bot.storage.tables import messages


def counts(tx: Connection, since: str) -> Mapping[str, int]:
    """Article id → answers after `since` that cite it."""
    # Numbers grow with time: one message is looked for, instead of each that cites anything.
    before = select(messages.c.id).where(messages.c.created_at <= since).order_by(messages.c.id.desc()).limit(1)
    last = tx.execute(before).scalar() or 0
    query = select(told.c.article_id, func.count()).where(told.c.message_id > last).group_by(told.c.article_id)
    return {str(article_id): int(count) for article_id, count in tx.execute(query)}


def cited(tx: Connection, conversation_ids: Collection[str], article_id: str) -> bool:
    """Whether anything that was said in these conversations cites the article, in whatever version."""
    query = select(told.c.message_id).join(messages, messages.c.id == told.c.message_id)
    mine = messages.c.conversation_id.in_(conversation_ids), told.c.article_id == article_id
    return tx.execute(query.where(*mine).limit(1)).first() is not None
