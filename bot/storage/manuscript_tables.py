"""Owns the shape of the tables of articles in work, as `tables.py` does for the desk. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from bot.storage.columns import Counter, counted, metadata, text_of


def _manuscript() -> Column[str]:
    return Column("manuscript_id", Text, ForeignKey("manuscripts.id"), nullable=False, index=True)


manuscripts = Table(
    "manuscripts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    text_of("state"),
    text_of("text"),
    Column("version", Integer, nullable=False),
    text_of("title"),
    text_of("area"),
    text_of("owner"),
    text_of("visibility"),
    text_of("review_by", null=True),
    # The revision in service; no foreign key, for revisions have one on manuscripts.
    Column("live_revision", Counter, nullable=True),
    Column("edited_by", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("created_at"),
    text_of("updated_at"),
)

revisions = Table(
    "revisions",
    metadata,
    counted(),
    _manuscript(),
    text_of("text"),
    text_of("why"),
    text_of("by"),
    text_of("created_at"),
    sqlite_autoincrement=True,
)

manuscript_acts = Table(
    "manuscript_acts",
    metadata,
    counted(),
    _manuscript(),
    text_of("deed"),
    text_of("by"),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("detail"),
    text_of("created_at"),
    sqlite_autoincrement=True,
)

publications = Table(
    "publications",
    metadata,
    counted(),
    _manuscript(),
    text_of("kind"),
    text_of("state"),
    Column("revision_id", Counter, ForeignKey("revisions.id"), nullable=True),
    text_of("due_at"),
    text_of("by"),
    text_of("requested_at"),
    text_of("override_by", null=True),
    text_of("override_reason", null=True),
    text_of("generation_before", null=True),
    text_of("generation", null=True),
    text_of("done_at", null=True),
    text_of("receipt", null=True),
    text_of("problem", null=True),
    Index("ix_publications_state_due_at", "state", "due_at"),
    sqlite_autoincrement=True,
)

impacts = Table(
    "impacts",
    metadata,
    Column("key", Text, primary_key=True),
    _manuscript(),
    text_of("kind"),
    text_of("text"),
    text_of("state"),
    text_of("by"),
    text_of("requested_at"),
    text_of("finished_at", null=True),
    text_of("result", null=True),
    text_of("problem", null=True),
    Index("ix_impacts_state_requested_at", "state", "requested_at"),
)
