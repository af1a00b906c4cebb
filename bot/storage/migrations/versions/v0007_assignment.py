"""Owns revision 0007: who is available and fit for what, offers of tickets, contact details. Refuses to change: a later
revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDING = "ended_at IS NULL"


def upgrade() -> None:
    """Create the tables. Nobody is available until they say so; everybody is fit for everything."""
    op.create_table(
        "agents",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_agents_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_agents")),
    )
    op.create_table(
        "skills",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_skills_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "value", name=op.f("pk_skills")),
    )
    _create_offers()
    op.create_table(
        "contacts",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("given_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_contacts_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_contacts")),
    )


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.Text(), nullable=False),
        sa.Column("take_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_offers_account_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_offers_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_offers_ticket_id"), "offers", ["ticket_id"], unique=False)
    op.create_index(
        "uq_offers_standing",
        "offers",
        ["ticket_id"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("contacts", "offers", "skills", "agents"):
        op.drop_table(table)
