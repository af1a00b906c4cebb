"""Owns revision 0011: articles in work, their way into service. Refuses to change: a later revision does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the five tables."""
    _manuscripts()
    _revisions()
    _acts()
    _publications()
    _impacts()


def downgrade() -> None:
    """Drop them."""
    for name in ("impacts", "publications", "manuscript_acts", "revisions", "manuscripts"):
        op.drop_table(name)


def _manuscripts() -> None:
    op.create_table(
        "manuscripts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("review_by", sa.Text(), nullable=True),
        sa.Column("live_revision", COUNTER, nullable=True),
        sa.Column("edited_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edited_by"], ["accounts.id"], name=op.f("fk_manuscripts_edited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manuscripts")),
        sa.UniqueConstraint("article_id", name=op.f("uq_manuscripts_article_id")),
        sa.UniqueConstraint("path", name=op.f("uq_manuscripts_path")),
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("manuscript_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["manuscript_id"], ["manuscripts.id"], name=op.f("fk_revisions_manuscript_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_revisions_manuscript_id"), "revisions", ["manuscript_id"], unique=False)


def _acts() -> None:
    op.create_table(
        "manuscript_acts",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("manuscript_id", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["manuscript_id"], ["manuscripts.id"], name=op.f("fk_manuscript_acts_manuscript_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_manuscript_acts_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manuscript_acts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_manuscript_acts_manuscript_id"), "manuscript_acts", ["manuscript_id"], unique=False)


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("manuscript_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision_id", COUNTER, nullable=True),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("override_by", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("generation_before", sa.Text(), nullable=True),
        sa.Column("generation", sa.Text(), nullable=True),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["manuscript_id"], ["manuscripts.id"], name=op.f("fk_publications_manuscript_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=op.f("fk_publications_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_publications_manuscript_id"), "publications", ["manuscript_id"], unique=False)
    op.create_index("ix_publications_state_due_at", "publications", ["state", "due_at"], unique=False)


def _impacts() -> None:
    op.create_table(
        "impacts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("manuscript_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["manuscript_id"], ["manuscripts.id"], name=op.f("fk_impacts_manuscript_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_impacts")),
    )
    op.create_index(op.f("ix_impacts_manuscript_id"), "impacts", ["manuscript_id"], unique=False)
    op.create_index("ix_impacts_state_requested_at", "impacts", ["state", "requested_at"], unique=False)
