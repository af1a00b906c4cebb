"""Owns revision 0015: a message may have several files, as a mail has. Refuses to change: a later revision does."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let go of the rule of one file for each message."""
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("uq_attachments_message_id"), type_="unique")
        table.create_index(op.f("ix_attachments_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    """One file for each message again; fails where a message has more."""
    with op.batch_alter_table("attachments") as table:
        table.drop_index(op.f("ix_attachments_message_id"))
        table.create_unique_constraint(op.f("uq_attachments_message_id"), ["message_id"])
