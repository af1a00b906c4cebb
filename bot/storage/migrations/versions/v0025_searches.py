"""Owns revision 0025: what the help centre was asked in vain. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "searches",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.UniqueConstraint("day", "text", name=op.f("uq_searches_day")),
    )
    op.create_table(
        "gap_searches",
        sa.Column("search_id", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("gap_id", sa.Text(), nullable=False),
        sa.Column("rank", _NUMBER, nullable=False),
        sa.Column("failing", sa.Text(), nullable=True),
        sa.Column("checked_generation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"], ["searches.id"], name=op.f("fk_gap_searches_search_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_searches_gap_id")),
        sa.PrimaryKeyConstraint("search_id", name=op.f("pk_gap_searches")),
    )
    op.create_index("ix_gap_searches_gap_id", "gap_searches", ["gap_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("gap_searches")
    op.drop_table("searches")
