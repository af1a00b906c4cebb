"""Owns how often answers cite which article. Refuses what was asked and by whom: it reads the citations alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, select

from bot.conversation.messages import cited_in
from bot.conversation.utterance import Speaker
from bot.storage.tables import messages

MOST = 20_000
"""Newest answers that are counted."""


def counts(tx: Connection, since: str) -> Mapping[str, int]:
    """Article id → answers after `since` that cite it."""
    query = (
        select(messages.c.turn)
        .where(messages.c.role == Speaker.BOT, messages.c.turn.is_not(None), messages.c.created_at > since)
        .order_by(messages.c.id.desc())
        .limit(MOST)
    )
    return Counter(name for turn in tx.execute(query).scalars() for name in cited_in(turn))
