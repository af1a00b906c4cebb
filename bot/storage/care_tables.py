"""Owns the shape of the tables of what is owed to customers: promises, concessions, complaints. Refuses queries."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from bot.storage.columns import Counter, conversation, identifier, metadata, number, text_of

promises = Table(
    "promises",
    metadata,
    identifier(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    conversation(),
    # No foreign key: whether it was kept is counted when its message is erased.
    Column("message_id", Counter, nullable=False),
    text_of("kind"),
    text_of("sentence"),
    Column("owner", Text, ForeignKey("accounts.id"), nullable=False),
    Column("made_by", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("made_at"),
    text_of("warn_at"),
    text_of("due_at"),
    text_of("status"),
    text_of("warned_at", null=True),
    text_of("done_at", null=True),
    Column("done_by", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("reason"),
    Index("ix_promises_status_due_at", "status", "due_at"),
)

concessions = Table(
    "concessions",
    metadata,
    identifier(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    conversation(),
    Column("customer_id", Text, ForeignKey("customers.id"), nullable=True, index=True),
    text_of("client_id"),
    text_of("kind"),
    # Minor units of the currency, cents and pence: money is never a float.
    Column("amount", BigInteger, nullable=False),
    text_of("currency"),
    text_of("reason"),
    text_of("note"),
    text_of("status"),
    Column("asked_by", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("asked_at"),
    Column("decided_by", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("decided_at", null=True),
    text_of("answer"),
    Index("ix_concessions_status_asked_at", "status", "asked_at"),
    # Sent twice, it is granted once.
    UniqueConstraint("asked_by", "client_id"),
)

# Asked once about a ticket, whatever becomes of it.
still_fine = Table(
    "still_fine",
    metadata,
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    text_of("asked_at"),
    text_of("answer", null=True),
    text_of("answered_at", null=True),
)

complaints = Table(
    "complaints",
    metadata,
    # A ticket is one complaint or none.
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    conversation(),
    text_of("stage"),
    text_of("stage_since"),
    text_of("due_at", null=True),
    Column("owner", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("root_cause", null=True),
    text_of("remedy", null=True),
    text_of("opened_at"),
    text_of("closed_at", null=True),
    number("version"),
    Index("ix_complaints_stage_due_at", "stage", "due_at"),
)
