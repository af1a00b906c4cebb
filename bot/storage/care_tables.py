"""Owns the shape of the tables of what customers are owed and asked: promises, complaints, surveys. Refuses queries."""

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

surveys = Table(
    "surveys",
    metadata,
    # The ticket's id, or made of the bot's last answer: one survey for each episode.
    Column("episode", Text, primary_key=True),
    conversation(),
    # It goes with its ticket.
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=True, index=True),
    # The bot's last answer; no foreign key: what was said of it is counted when it is erased.
    Column("message_id", Counter, nullable=True),
    # The customer, or what stands for one of whom only a proven address or this conversation is known.
    Column("person", Text, nullable=False, index=True),
    text_of("language"),
    text_of("questions"),
    number("csat", null=True),
    number("ces", null=True),
    number("nps", null=True),
    text_of("missing"),
    # Of one that was asked by mail: the mail, and the hash of what its link holds.
    text_of("mail_id", null=True),
    Column("token_hash", Text, nullable=True, unique=True),
    Column("asked_at", Text, nullable=False, index=True),
    text_of("answered_at", null=True),
)

# Who wants no survey by mail, as the hash of the address: it is kept when its owner is erased.
survey_refusals = Table(
    "survey_refusals",
    metadata,
    Column("address_hash", Text, primary_key=True),
    text_of("refused_at"),
)
