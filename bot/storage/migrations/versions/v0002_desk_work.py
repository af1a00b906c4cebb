"""Owns revision 0002: tags, mentions and the snooze of a ticket. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the two tables; tickets that exist are not snoozed and have no tags."""
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("snoozed_until", sa.Text(), nullable=True))
    op.create_table(
        "ticket_tags",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_tags_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "tag", name=op.f("pk_ticket_tags")),
    )
    op.create_index(op.f("ix_ticket_tags_tag"), "ticket_tags", ["tag"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mentions_account_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_mentions_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "ticket_id", name=op.f("pk_mentions")),
    )
    op.create_index(op.f("ix_mentions_ticket_id"), "mentions", ["ticket_id"], unique=False)


def downgrade() -> None:
    """Take both tables and the column away."""
    op.drop_table("mentions")
    op.drop_table("ticket_tags")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("snoozed_until")
