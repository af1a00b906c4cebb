"""Owns revision 0016: what was erased, and rows that stay countable without the message they were about.

Refuses to change: a later revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COUNTED = (("promises", "CASCADE"), ("suggestions", None))


def upgrade() -> None:
    """Add the record of erasures; promises and suggestions keep the number of a message that is gone."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.Text(), nullable=False),
        sa.Column("scrubbed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("erased_at", sa.Text(), nullable=True))
    for table, _ in COUNTED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_message_id"), type_="foreignkey")


def downgrade() -> None:
    """Without the record; fails where a promise or a suggestion outlived its message."""
    for table, then in COUNTED:
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(
                op.f(f"fk_{table}_message_id"), "messages", ["message_id"], ["id"], ondelete=then
            )
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("erased_at")
    op.drop_table("erasures")
