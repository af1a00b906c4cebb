"""Owns the shape of the tables of e-mail. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.storage.columns import Counter, counted, metadata, number, text_of

mail_threads = Table(
    "mail_threads",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    text_of("channel"),
    text_of("address"),
    text_of("subject"),
    text_of("proof"),
    number("quiet"),
    text_of("created_at"),
)

mails = Table(
    "mails",
    metadata,
    counted(),
    # Of one that came in: a digest of its Message-ID. Of ours: the Message-ID.
    Column("key", Text, nullable=False, unique=True),
    Column("mail_id", Text, nullable=False, index=True),
    text_of("direction"),
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("message_id", Counter, ForeignKey("messages.id", ondelete="CASCADE"), nullable=True, index=True),
    text_of("address"),
    text_of("subject"),
    text_of("standing"),
    text_of("detail"),
    text_of("full_text"),
    text_of("attachments"),
    number("automated"),
    number("tries"),
    text_of("created_at"),
    Index("ix_mails_address_created_at", "address", "created_at"),
    sqlite_autoincrement=True,
)

# The code that proves an address typed in the chat; as a hash, and at most one a conversation.
contact_codes = Table(
    "contact_codes",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    text_of("email"),
    text_of("code_hash"),
    text_of("expires_at"),
    number("tries_left"),
)
