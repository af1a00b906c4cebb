"""Owns revision 0023: who of the desk has which ticket open. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "seats",
        sa.Column("replica", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("replica", "ticket_id", "account_id", name=op.f("pk_seats")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("seats")
