"""Owns revision 0020: surveys of episodes, with or without a ticket. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE = (
    "SELECT ticket_id, csat, missing, answered_at FROM surveys "
    "WHERE ticket_id IS NOT NULL AND answered_at IS NOT NULL"
)
OLD = (
    "SELECT s.ticket_id, s.score, s.missing, s.answered_at, t.conversation_id, c.customer_id, c.language "
    "FROM surveys s JOIN tickets t ON t.id = s.ticket_id JOIN conversations c ON c.id = t.conversation_id"
)


def upgrade() -> None:
    """Make the table anew, with what was answered so far: all of it was about tickets, and asked for one score."""
    kept = op.get_bind().execute(sa.text(OLD)).all()
    op.drop_table("surveys")
    made = op.create_table(
        "surveys",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("csat", sa.Integer(), nullable=True),
        sa.Column("ces", sa.Integer(), nullable=True),
        sa.Column("nps", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_surveys_conversation_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_surveys_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("episode", name=op.f("pk_surveys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_surveys_token_hash")),
    )
    for column in ("conversation_id", "ticket_id", "person", "asked_at"):
        op.create_index(op.f(f"ix_surveys_{column}"), "surveys", [column])
    op.bulk_insert(
        made,
        [
            {
                "episode": row.ticket_id,
                "conversation_id": row.conversation_id,
                "ticket_id": row.ticket_id,
                "person": row.customer_id or row.conversation_id,
                "language": row.language,
                "questions": "csat",
                "csat": row.score,
                "missing": row.missing,
                "asked_at": row.answered_at,
                "answered_at": row.answered_at,
            }
            for row in kept
        ],
    )
    op.create_table(
        "survey_refusals",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_survey_refusals")),
    )


def downgrade() -> None:
    """The first score of answered ones alone."""
    kept = op.get_bind().execute(sa.text(BEFORE)).all()
    op.drop_table("survey_refusals")
    op.drop_table("surveys")
    made = op.create_table(
        "surveys",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_surveys_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_surveys")),
    )
    names = ("ticket_id", "score", "missing", "answered_at")
    op.bulk_insert(made, [dict(zip(names, row, strict=True)) for row in kept])
