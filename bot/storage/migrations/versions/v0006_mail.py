"""Owns revision 0006: e-mail threads, every mail in and out, how far the log was followed. Refuses to change: a later
revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _threads()
    _mails()
    op.create_table(
        "followers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("event_id", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_followers")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("followers", "mails", "mail_threads"):
        op.drop_table(table)


def _threads() -> None:
    op.create_table(
        "mail_threads",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        *(_text(name) for name in ("token", "channel", "address", "subject", "proof")),
        sa.Column("quiet", sa.Integer(), nullable=False),
        _text("created_at"),
        _of_conversation("mail_threads"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_mail_threads")),
        sa.UniqueConstraint("token", name=op.f("uq_mail_threads_token")),
    )


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        *(_text(name) for name in ("key", "mail_id", "direction")),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("message_id", COUNTER, nullable=True),
        *(_text(name) for name in ("address", "subject", "standing", "detail", "full_text", "attachments")),
        sa.Column("automated", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _text("created_at"),
        _of_conversation("mails"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_mails_message_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mails_mail_id"), "mails", ["mail_id"], unique=False)
    op.create_index(op.f("ix_mails_conversation_id"), "mails", ["conversation_id"], unique=False)
    op.create_index("ix_mails_address_created_at", "mails", ["address", "created_at"], unique=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation_id")
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name, ondelete="CASCADE")
