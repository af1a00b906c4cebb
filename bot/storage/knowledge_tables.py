"""Owns the shape of the tables about what articles lack or told: gaps, proposed cases, recalls. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from bot.storage.columns import Counter, conversation, counted, identifier, metadata, number, text_of

gaps = Table(
    "gaps",
    metadata,
    identifier(),
    text_of("status"),
    text_of("article_id", null=True),
    Column("said_id", Counter, nullable=True),
    number("contradicted"),
    text_of("found_at"),
    text_of("checked_at", null=True),
    text_of("checked_generation", null=True),
    text_of("closed_at", null=True),
    text_of("closed_by", null=True),
    text_of("reopened_at", null=True),
)


def _wordings(name: str, key: str, said: str) -> Table:
    """What belongs to a gap, by what was said: what is erased takes its place in the gap with it."""
    return Table(
        name,
        metadata,
        Column(key, Counter, ForeignKey(f"{said}.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        Column("gap_id", Text, ForeignKey("gaps.id"), nullable=False, index=True),
        Column("rank", Counter, nullable=False),
        text_of("failing", null=True),
        text_of("checked_generation", null=True),
    )


gap_wordings = _wordings("gap_wordings", "message_id", "messages")

searches = Table(
    "searches",
    metadata,
    counted(),
    text_of("text"),
    text_of("day"),
    text_of("created_at"),
    UniqueConstraint("day", "text"),
)

gap_searches = _wordings("gap_searches", "search_id", "searches")

article_judgements = Table(
    "article_judgements",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    number("useful"),
    number("useless"),
)

case_proposals = Table(
    "case_proposals",
    metadata,
    identifier(),
    text_of("source"),
    text_of("status"),
    text_of("content"),
    # What was taken out of a conversation goes with it, personal data removed or not.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True, index=True),
    text_of("proposed_by"),
    text_of("proposed_at"),
    text_of("decided_by", null=True),
    text_of("decided_at", null=True),
    text_of("decided_why", null=True),
)

told = Table(
    "told",
    metadata,
    Column("message_id", Counter, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("article_id", Text, primary_key=True),
    text_of("version"),
    Index("ix_told_article_id_version", "article_id", "version"),
)

recalls = Table(
    "recalls",
    metadata,
    counted(),
    conversation(),
    Column("message_id", Counter, ForeignKey("messages.id"), nullable=False, index=True),
    text_of("article_id"),
    text_of("span"),
    text_of("action"),
    Column("done_by", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("done_at"),
    # One follow-up for what was told, whatever races.
    UniqueConstraint("conversation_id", "article_id", "span", "message_id"),
    sqlite_autoincrement=True,
)
