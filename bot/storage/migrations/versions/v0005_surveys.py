"""Owns revision 0005: one survey per ticket. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the surveys. Mentions on closed tickets, which count from now on, were over when the ticket was closed."""
    op.create_table(
        "surveys",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_surveys_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_surveys")),
    )
    op.execute("DELETE FROM mentions WHERE ticket_id IN (SELECT id FROM tickets WHERE closed_at IS NOT NULL)")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("surveys")
