"""Owns the shape of every table, SQLAlchemy Core only. Refuses queries: each verb writes its own."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from bot.storage.columns import Counter, conversation, counted, identifier, metadata, number, text_of

OPEN_TICKET = "closed_at IS NULL"
STANDING_OFFER = "ended_at IS NULL"
UNDELIVERED = "delivered_at IS NULL"

customers = Table(
    "customers",
    metadata,
    identifier(),
    Column("external_id", Text, nullable=False, unique=True),
    text_of("name"),
    text_of("email"),
    text_of("region", null=True),
    text_of("plan", null=True),
    text_of("language", null=True),
    text_of("tier", null=True),
    text_of("created_at"),
)

conversations = Table(
    "conversations",
    metadata,
    identifier(),
    text_of("site"),
    text_of("visitor_token_hash"),
    Column("customer_id", Text, ForeignKey("customers.id"), nullable=True, index=True),
    text_of("state"),
    text_of("language"),
    text_of("region", null=True),
    text_of("plan", null=True),
    text_of("created_at"),
    text_of("updated_at"),
    # What was said in it is gone, and nothing can be said in it any more.
    text_of("erased_at", null=True),
)

# Further keys to a conversation, one for each browser that took it over; the first one is in `conversations`.
device_tokens = Table(
    "device_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    text_of("created_at"),
)

resume_codes = Table(
    "resume_codes",
    metadata,
    # At most one good code a conversation: a new one replaces it.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", Text, nullable=False, unique=True),
    text_of("expires_at"),
)

# A conversation that another system knows under a name of its own.
threads = Table(
    "threads",
    metadata,
    Column("source", Text, primary_key=True),
    Column("thread_id", Text, primary_key=True),
    Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
)

messages = Table(
    "messages",
    metadata,
    counted(),
    conversation(),
    text_of("client_id", null=True),
    text_of("role"),
    text_of("author", null=True),
    text_of("text"),
    text_of("turn", null=True),
    text_of("attachment", null=True),
    text_of("created_at"),
    UniqueConstraint("conversation_id", "client_id"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    identifier(),
    # Whatever erases the message or its conversation takes the row along; a file without a row is swept away.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message_id", Counter, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", Text, nullable=False, index=True),
    text_of("name"),
    text_of("kind"),
    number("size"),
    text_of("created_at"),
)

read_marks = Table(
    "read_marks",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("message_id", Counter, nullable=False),
    text_of("read_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("message_id", Counter, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    conversation(),
    text_of("frozen"),
    text_of("created_at"),
)

events = Table(
    "events",
    metadata,
    counted(),
    conversation(),
    text_of("kind"),
    text_of("audience"),
    text_of("payload"),
    text_of("created_at"),
    sqlite_autoincrement=True,
)

# How far a reader of the event log has come.
followers = Table(
    "followers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("event_id", Counter, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    identifier(),
    Column("email", Text, nullable=False, unique=True),
    text_of("name"),
    text_of("role"),
    text_of("password_hash"),
    text_of("created_at"),
    number("disabled"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    text_of("csrf"),
    text_of("created_at"),
    text_of("expires_at"),
)

tickets = Table(
    "tickets",
    metadata,
    identifier(),
    conversation(),
    text_of("status"),
    text_of("reason"),
    text_of("category", null=True),
    text_of("team"),
    text_of("priority"),
    text_of("goal"),
    text_of("packet"),
    Column("assignee", Text, ForeignKey("accounts.id"), nullable=True),
    number("version"),
    text_of("created_at"),
    text_of("first_response_due"),
    text_of("resolution_due"),
    text_of("claimed_at", null=True),
    text_of("first_response_at", null=True),
    text_of("closed_at", null=True),
    text_of("snoozed_until", null=True),
    Index("ix_tickets_status_created_at", "status", "created_at"),
    # With the id the closed ones are put in order and counted without reading a row.
    Index("ix_tickets_status_closed_at", "status", "closed_at", "id"),
    # Whatever races, a conversation has at most one open ticket.
    Index(
        "uq_tickets_open",
        "conversation_id",
        unique=True,
        sqlite_where=text(OPEN_TICKET),
        postgresql_where=text(OPEN_TICKET),
    ),
)

# A ticket that goes on in another one, and with it its conversation: what is said there is heard in `goes_on_in`.
merges = Table(
    "merges",
    metadata,
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("into_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    # Always where it ends, however often that was merged again; `into_id` stays what was chosen.
    Column("goes_on_in", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    text_of("merged_at"),
)

ticket_tags = Table(
    "ticket_tags",
    metadata,
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
)

mentions = Table(
    "mentions",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True),
)

agents = Table(
    "agents",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    number("available"),
    number("capacity", null=True),
    number("missed"),
    text_of("given_at", null=True),
)

skills = Table(
    "skills",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)

offers = Table(
    "offers",
    metadata,
    counted(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("why"),
    text_of("offered_at"),
    text_of("take_by"),
    text_of("ended_at", null=True),
    text_of("ending", null=True),
    # Whatever races, a ticket is with one person at a time.
    Index(
        "uq_offers_standing",
        "ticket_id",
        unique=True,
        sqlite_where=text(STANDING_OFFER),
        postgresql_where=text(STANDING_OFFER),
    ),
    Index("ix_offers_ending_account_id_ended_at", "ending", "account_id", "ended_at"),
    sqlite_autoincrement=True,
)

# While a customer waits on a ticket for more than its first answer.
next_replies = Table(
    "next_replies",
    metadata,
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    text_of("wrote_at"),
    text_of("due_at"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id"), primary_key=True),
    text_of("name"),
    text_of("email"),
    text_of("given_at"),
    text_of("verified_at", null=True),
)

outbox = Table(
    "outbox",
    metadata,
    counted(),
    Column("key", Text, nullable=False, unique=True),
    text_of("topic"),
    # The ticket it is about, if any: the rows of one ticket are delivered one after the other.
    Column("subject", Text, nullable=False, server_default="", index=True),
    text_of("payload"),
    number("attempts"),
    text_of("next_attempt_at"),
    text_of("delivered_at", null=True),
    text_of("dead_at", null=True),
    text_of("last_error", null=True),
    text_of("created_at"),
    # What waits is asked for every second; rows that were delivered stay for months.
    Index(
        "ix_outbox_undelivered",
        "dead_at",
        "next_attempt_at",
        sqlite_where=text(UNDELIVERED),
        postgresql_where=text(UNDELIVERED),
    ),
    sqlite_autoincrement=True,
)

suggestions = Table(
    "suggestions",
    metadata,
    identifier(),
    Column("ticket_id", Text, ForeignKey("tickets.id"), nullable=True, index=True),
    conversation(),
    # No foreign key: what became of a suggestion is counted when its message is erased.
    Column("message_id", Counter, nullable=False),
    number("rank"),
    text_of("text"),
    text_of("article_id"),
    text_of("title"),
    text_of("quote"),
    number("start"),
    number("end"),
    text_of("version"),
    text_of("visibility"),
    Column("confidence", Float, nullable=False),
    text_of("state"),
    text_of("final_text", null=True),
    number("edit_distance", null=True),
    Column("decided_by", Text, ForeignKey("accounts.id"), nullable=True),
    text_of("decided_at", null=True),
    text_of("created_at"),
    # JSON: what of the customer's message the article answers, and what of it no article does.
    Column("supported", Text, nullable=False, server_default="[]"),
    Column("uncovered", Text, nullable=False, server_default="[]"),
    Column("told", Integer, nullable=False, server_default="0"),
    text_of("shown_at", null=True),
    text_of("inserted_at", null=True),
    Column("saved_seconds", Float, nullable=True),
    Index("ix_suggestions_article_id_version", "article_id", "version"),
    Index("ix_suggestions_decided_at", "decided_at"),
)

# What a resolved ticket was about, to be compared with others; made anew when the ticket or the encoder is another.
goal_vectors = Table(
    "goal_vectors",
    metadata,
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    number("version"),
    text_of("encoder"),
    Column("vector", LargeBinary, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    identifier(),
    conversation(),
    Column("message_id", Counter, ForeignKey("messages.id"), nullable=True, index=True),
    text_of("kind"),
    number("score"),
    text_of("comment"),
    text_of("created_at"),
)
