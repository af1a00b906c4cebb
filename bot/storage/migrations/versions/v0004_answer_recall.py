"""Owns revision 0004: who was told what, and what was put right. Refuses to change: a later one does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1000


def upgrade() -> None:
    """Create both tables and enter what was told so far."""
    _told()
    _recalls()
    op.create_index("ix_suggestions_article_id_version", "suggestions", ["article_id", "version"], unique=False)
    _enter_what_was_told(op.get_bind())


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_suggestions_article_id_version", "suggestions")
    op.drop_table("recalls")
    op.drop_table("told")


def _told() -> None:
    op.create_table(
        "told",
        sa.Column("message_id", COUNTER, autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_told_message_id")),
        sa.PrimaryKeyConstraint("message_id", "article_id", name=op.f("pk_told")),
    )
    op.create_index("ix_told_article_id_version", "told", ["article_id", "version"], unique=False)


def _recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("message_id", COUNTER, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_recalls_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_recalls_message_id")),
        sa.ForeignKeyConstraint(["done_by"], ["accounts.id"], name=op.f("fk_recalls_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
        sa.UniqueConstraint(
            "conversation_id", "article_id", "span", "message_id", name=op.f("uq_recalls_conversation_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recalls_conversation_id"), "recalls", ["conversation_id"], unique=False)


def _enter_what_was_told(connection: sa.Connection) -> None:
    messages = sa.table("messages", sa.column("id", sa.BigInteger()), sa.column("turn", sa.Text()))
    told = sa.table("told", sa.column("message_id"), sa.column("article_id"), sa.column("version"))
    with_turn = sa.select(messages).where(messages.c.turn.is_not(None)).order_by(messages.c.id).limit(BATCH)
    last = 0
    while found := connection.execute(with_turn.where(messages.c.id > last)).all():
        rows = [row for message_id, turn in found for row in _rows(message_id, turn)]
        if rows:
            connection.execute(sa.insert(told), rows)
        last = found[-1].id


def _rows(message_id: int, turn: str) -> Iterator[dict[str, object]]:
    cited = {each["article_id"]: each["version"] for each in json.loads(turn).get("citations", ())}
    for article_id, version in cited.items():
        yield {"message_id": message_id, "article_id": article_id, "version": version}
