"""Owns revision 0019: what a suggestion answers, what it saved, what resolved tickets were about. Refuses to change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ADDED = ("supported", "uncovered", "told", "shown_at", "inserted_at", "saved_seconds")


def upgrade() -> None:
    """Of older suggestions nothing of it is known."""
    with op.batch_alter_table("suggestions") as batch:
        batch.add_column(sa.Column("supported", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("uncovered", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("shown_at", sa.Text(), nullable=True))
        batch.add_column(sa.Column("inserted_at", sa.Text(), nullable=True))
        batch.add_column(sa.Column("saved_seconds", sa.Float(), nullable=True))
    op.create_index("ix_suggestions_decided_at", "suggestions", ["decided_at"])
    op.create_table(
        "goal_vectors",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_goal_vectors_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_goal_vectors")),
    )


def downgrade() -> None:
    """Drop it all."""
    op.drop_table("goal_vectors")
    op.drop_index("ix_suggestions_decided_at", "suggestions")
    with op.batch_alter_table("suggestions") as batch:
        for name in ADDED:
            batch.drop_column(name)
