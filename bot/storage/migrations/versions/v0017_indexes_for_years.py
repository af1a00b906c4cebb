"""Owns revision 0017: indexes for a desk that has been at work for years. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UNDELIVERED = "delivered_at IS NULL"
OF_MESSAGES = ("feedback", "mails", "recalls")
"""Each message that is erased is looked for in these."""


def upgrade() -> None:
    """Find what is not delivered, closed tickets, how offers ended and what goes with a message without reading all
    there ever was."""
    op.drop_index("ix_outbox_next_attempt_at", "outbox")
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["dead_at", "next_attempt_at"],
        sqlite_where=sa.text(UNDELIVERED),
        postgresql_where=sa.text(UNDELIVERED),
    )
    op.create_index("ix_tickets_status_closed_at", "tickets", ["status", "closed_at", "id"])
    op.create_index("ix_offers_ending_account_id_ended_at", "offers", ["ending", "account_id", "ended_at"])
    for table in OF_MESSAGES:
        op.create_index(op.f(f"ix_{table}_message_id"), table, ["message_id"])


def downgrade() -> None:
    """The one index of before."""
    for table in OF_MESSAGES:
        op.drop_index(op.f(f"ix_{table}_message_id"), table)
    op.drop_index("ix_offers_ending_account_id_ended_at", "offers")
    op.drop_index("ix_tickets_status_closed_at", "tickets")
    op.drop_index("ix_outbox_undelivered", "outbox")
    op.create_index("ix_outbox_next_attempt_at", "outbox", ["next_attempt_at"])
