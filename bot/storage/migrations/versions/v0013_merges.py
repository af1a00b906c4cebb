"""Owns revision 0013: merged tickets, who was asked whether it is still fine, proven contact details.

Refuses to change: a later revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; what was typed before is not proven."""
    _create_merges()
    op.create_table(
        "still_fine",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.Text(), nullable=True),
        _goes_with("still_fine", "ticket_id", "tickets"),
        _goes_with("still_fine", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_still_fine")),
    )
    op.create_index(op.f("ix_still_fine_conversation_id"), "still_fine", ["conversation_id"])
    op.create_table(
        "contact_codes",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        _goes_with("contact_codes", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_contact_codes")),
    )
    with op.batch_alter_table("contacts") as batch:
        batch.add_column(sa.Column("verified_at", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("contacts") as batch:
        batch.drop_column("verified_at")
    op.drop_table("contact_codes")
    op.drop_table("still_fine")
    op.drop_table("merges")


def _create_merges() -> None:
    op.create_table(
        "merges",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("goes_on_in", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.Text(), nullable=False),
        _goes_with("merges", "ticket_id", "tickets"),
        _goes_with("merges", "into_id", "tickets"),
        _goes_with("merges", "conversation_id", "conversations"),
        _goes_with("merges", "goes_on_in", "conversations"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_merges")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_merges_conversation_id")),
    )
    op.create_index(op.f("ix_merges_into_id"), "merges", ["into_id"])
    op.create_index(op.f("ix_merges_goes_on_in"), "merges", ["goes_on_in"])


def _goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """The row is erased with what it names."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
