"""Owns revision 0022: what readers said of articles, by day. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "article_judgements",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("useless", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_judgements")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("article_judgements")
