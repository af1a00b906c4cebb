"""Owns revision 0009: devices, threads of other systems, tiers. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; a row of the outbox learns its ticket from its key, `<topic>:<ticket>[:<version>]`."""
    with op.batch_alter_table("customers") as customers:
        customers.add_column(sa.Column("tier", sa.Text(), nullable=True))
    _of_conversations("device_tokens", "token_hash", sa.Column("created_at", sa.Text(), nullable=False))
    op.create_table(
        "resume_codes",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        _conversation("resume_codes"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_resume_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_resume_codes_code_hash")),
    )
    op.create_table(
        "threads",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        _conversation("threads"),
        sa.PrimaryKeyConstraint("source", "thread_id", name=op.f("pk_threads")),
    )
    op.create_index(op.f("ix_threads_conversation_id"), "threads", ["conversation_id"], unique=False)
    _outbox_subjects()


def _of_conversations(table: str, key: str, *columns: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        *columns,
        _conversation(table),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_conversation_id"), table, ["conversation_id"], unique=False)


def _conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation_id")
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name, ondelete="CASCADE")


def _outbox_subjects() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    rows = sa.table("outbox", sa.column("id"), sa.column("key"), sa.column("subject"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows.c.id, rows.c.key)).all():
        subject = [*row.key.split(":"), ""][1]
        connection.execute(sa.update(rows).where(rows.c.id == row.id).values(subject=subject))
    op.create_index(op.f("ix_outbox_subject"), "outbox", ["subject"], unique=False)


def downgrade() -> None:
    """Take everything away again."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_index(op.f("ix_outbox_subject"))
        outbox.drop_column("subject")
    for table in ("threads", "resume_codes", "device_tokens"):
        op.drop_table(table)
    with op.batch_alter_table("customers") as customers:
        customers.drop_column("tier")
