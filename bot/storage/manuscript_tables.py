"""Owns the shape of the tables of articles in work, as `tables.py` does for the desk. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from bot.storage.tables import Counter, metadata


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _counted() -> Column[int]:
    return Column("id", Counter, primary_key=True, autoincrement=True)


def _manuscript() -> Column[str]:
    return Column("manuscript_id", Text, ForeignKey("manuscripts.id"), nullable=False, index=True)


manuscripts = Table(
    "manuscripts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    _text("state"),
    _text("text"),
    Column("version", Integer, nullable=False),
    _text("title"),
    _text("area"),
    _text("owner"),
    _text("visibility"),
    _text("review_by", null=True),
    # The revision in service; no foreign key, for revisions have one on manuscripts.
    Column("live_revision", Counter, nullable=True),
    Column("edited_by", Text, ForeignKey("accounts.id"), nullable=True),
    _text("created_at"),
    _text("updated_at"),
)

revisions = Table(
    "revisions",
    metadata,
    _counted(),
    _manuscript(),
    _text("text"),
    _text("why"),
    _text("by"),
    _text("created_at"),
    sqlite_autoincrement=True,
)

manuscript_acts = Table(
    "manuscript_acts",
    metadata,
    _counted(),
    _manuscript(),
    _text("deed"),
    _text("by"),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=True),
    _text("detail"),
    _text("created_at"),
    sqlite_autoincrement=True,
)

publications = Table(
    "publications",
    metadata,
    _counted(),
    _manuscript(),
    _text("kind"),
    _text("state"),
    Column("revision_id", Counter, ForeignKey("revisions.id"), nullable=True),
    _text("due_at"),
    _text("by"),
    _text("requested_at"),
    _text("override_by", null=True),
    _text("override_reason", null=True),
    _text("generation_before", null=True),
    _text("generation", null=True),
    _text("done_at", null=True),
    _text("receipt", null=True),
    _text("problem", null=True),
    Index("ix_publications_state_due_at", "state", "due_at"),
    sqlite_autoincrement=True,
)

impacts = Table(
    "impacts",
    metadata,
    Column("key", Text, primary_key=True),
    _manuscript(),
    _text("kind"),
    _text("text"),
    _text("state"),
    _text("by"),
    _text("requested_at"),
    _text("finished_at", null=True),
    _text("result", null=True),
    _text("problem", null=True),
    Index("ix_impacts_state_requested_at", "state", "requested_at"),
)
