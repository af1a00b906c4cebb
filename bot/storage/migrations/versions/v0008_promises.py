"""Owns revision 0008: promises to customers, what they were given, complaints. Refuses to change: a later one does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the three tables."""
    _promises()
    _concessions()
    _complaints()


def downgrade() -> None:
    """Drop them."""
    for table in ("complaints", "concessions", "promises"):
        op.drop_table(table)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _key(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _promises() -> None:
    op.create_table(
        "promises",
        *(_text(name) for name in ("id", "ticket_id", "conversation_id")),
        sa.Column("message_id", COUNTER, nullable=False),
        *(_text(name) for name in ("kind", "sentence", "owner", "made_by", "made_at", "warn_at", "due_at", "status")),
        *(_text(name, null=True) for name in ("warned_at", "done_at", "done_by")),
        _text("reason"),
        _key("promises", "ticket_id", "tickets.id", "CASCADE"),
        _key("promises", "conversation_id", "conversations.id"),
        _key("promises", "message_id", "messages.id", "CASCADE"),
        *(_key("promises", column, "accounts.id") for column in ("owner", "made_by", "done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index("ix_promises_status_due_at", "promises", ["status", "due_at"], unique=False)
    for column in ("ticket_id", "conversation_id"):
        op.create_index(op.f(f"ix_promises_{column}"), "promises", [column], unique=False)


def _concessions() -> None:
    op.create_table(
        "concessions",
        *(_text(name) for name in ("id", "ticket_id", "conversation_id")),
        _text("customer_id", null=True),
        *(_text(name) for name in ("client_id", "kind")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("currency", "reason", "note", "status", "asked_by", "asked_at")),
        *(_text(name, null=True) for name in ("decided_by", "decided_at")),
        _text("answer"),
        _key("concessions", "ticket_id", "tickets.id", "CASCADE"),
        _key("concessions", "conversation_id", "conversations.id"),
        _key("concessions", "customer_id", "customers.id"),
        *(_key("concessions", column, "accounts.id") for column in ("asked_by", "decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concessions")),
        sa.UniqueConstraint("asked_by", "client_id", name=op.f("uq_concessions_asked_by")),
    )
    op.create_index("ix_concessions_status_asked_at", "concessions", ["status", "asked_at"], unique=False)
    for column in ("ticket_id", "conversation_id", "customer_id"):
        op.create_index(op.f(f"ix_concessions_{column}"), "concessions", [column], unique=False)


def _complaints() -> None:
    op.create_table(
        "complaints",
        *(_text(name) for name in ("ticket_id", "conversation_id", "stage", "stage_since")),
        *(_text(name, null=True) for name in ("due_at", "owner", "root_cause", "remedy")),
        _text("opened_at"),
        _text("closed_at", null=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("complaints", "ticket_id", "tickets.id", "CASCADE"),
        _key("complaints", "conversation_id", "conversations.id"),
        _key("complaints", "owner", "accounts.id"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_stage_due_at", "complaints", ["stage", "due_at"], unique=False)
    op.create_index(op.f("ix_complaints_conversation_id"), "complaints", ["conversation_id"], unique=False)
