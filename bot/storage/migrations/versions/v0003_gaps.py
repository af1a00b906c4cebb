"""Owns revision 0003: the gap ledger. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the gaps and their wordings."""
    op.create_table(
        "gaps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=True),
        sa.Column("said_id", COUNTER, nullable=True),
        sa.Column("contradicted", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=True),
        sa.Column("checked_generation", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("reopened_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_table(
        "gap_wordings",
        sa.Column("message_id", COUNTER, autoincrement=False, nullable=False),
        sa.Column("gap_id", sa.Text(), nullable=False),
        sa.Column("rank", COUNTER, nullable=False),
        sa.Column("failing", sa.Text(), nullable=True),
        sa.Column("checked_generation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_wordings_gap_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_gap_wordings_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_gap_wordings")),
    )
    op.create_index(op.f("ix_gap_wordings_gap_id"), "gap_wordings", ["gap_id"], unique=False)


def downgrade() -> None:
    """Drop both."""
    op.drop_table("gap_wordings")
    op.drop_table("gaps")
