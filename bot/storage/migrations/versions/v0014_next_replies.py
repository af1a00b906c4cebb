"""Owns revision 0014: by when a customer who wrote again must be answered. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; who waits is known from the next message on."""
    op.create_table(
        "next_replies",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("wrote_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_next_replies_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_next_replies")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("next_replies")
