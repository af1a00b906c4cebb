"""Owns how often answers cite which article. Refuses what was asked and by whom: it reads the citations alone."""

from __future__ import annotations

from collections.abc import Mapping

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
