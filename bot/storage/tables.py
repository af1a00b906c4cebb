"""Owns the shape of every table, SQLAlchemy Core only. Refuses queries: each verb writes its own."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

OPEN_TICKET = "closed_at IS NULL"
STANDING_OFFER = "ended_at IS NULL"
Counter = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _counted() -> Column[int]:
    return Column("id", Counter, primary_key=True, autoincrement=True)


def _conversation() -> Column[str]:
    return Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False, index=True)


customers = Table(
    "customers",
    metadata,
    _id(),
    Column("external_id", Text, nullable=False, unique=True),
    _text("name"),
    _text("email"),
    _text("region", null=True),
    _text("plan", null=True),
    _text("language", null=True),
    _text("tier", null=True),
    _text("created_at"),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _text("site"),
    _text("visitor_token_hash"),
    Column("customer_id", Text, ForeignKey("customers.id"), nullable=True, index=True),
    _text("state"),
    _text("language"),
    _text("region", null=True),
    _text("plan", null=True),
    _text("created_at"),
    _text("updated_at"),
)

# Further keys to a conversation, one for each browser that took it over; the first one is in `conversations`.
device_tokens = Table(
    "device_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column(
        "conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    _text("created_at"),
)

resume_codes = Table(
    "resume_codes",
    metadata,
    # At most one good code a conversation: a new one replaces it.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", Text, nullable=False, unique=True),
    _text("expires_at"),
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
    _counted(),
    _conversation(),
    _text("client_id", null=True),
    _text("role"),
    _text("author", null=True),
    _text("text"),
    _text("turn", null=True),
    _text("attachment", null=True),
    _text("created_at"),
    UniqueConstraint("conversation_id", "client_id"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    # Whatever erases the message or its conversation takes the row along; a file without a row is swept away.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message_id", Counter, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("digest", Text, nullable=False, index=True),
    _text("name"),
    _text("kind"),
    _number("size"),
    _text("created_at"),
)

read_marks = Table(
    "read_marks",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("message_id", Counter, nullable=False),
    _text("read_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("message_id", Counter, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    _conversation(),
    _text("frozen"),
    _text("created_at"),
)

events = Table(
    "events",
    metadata,
    _counted(),
    _conversation(),
    _text("kind"),
    _text("audience"),
    _text("payload"),
    _text("created_at"),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("email", Text, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _text("created_at"),
    _number("disabled"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    _text("csrf"),
    _text("created_at"),
    _text("expires_at"),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    _conversation(),
    _text("status"),
    _text("reason"),
    _text("category", null=True),
    _text("team"),
    _text("priority"),
    _text("goal"),
    _text("packet"),
    Column("assignee", Text, ForeignKey("accounts.id"), nullable=True),
    _number("version"),
    _text("created_at"),
    _text("first_response_due"),
    _text("resolution_due"),
    _text("claimed_at", null=True),
    _text("first_response_at", null=True),
    _text("closed_at", null=True),
    _text("snoozed_until", null=True),
    Index("ix_tickets_status_created_at", "status", "created_at"),
    # Whatever races, a conversation has at most one open ticket.
    Index(
        "uq_tickets_open",
        "conversation_id",
        unique=True,
        sqlite_where=text(OPEN_TICKET),
        postgresql_where=text(OPEN_TICKET),
    ),
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
    _number("available"),
    _number("capacity", null=True),
    _number("missed"),
    _text("given_at", null=True),
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
    _counted(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    _text("why"),
    _text("offered_at"),
    _text("take_by"),
    _text("ended_at", null=True),
    _text("ending", null=True),
    # Whatever races, a ticket is with one person at a time.
    Index(
        "uq_offers_standing",
        "ticket_id",
        unique=True,
        sqlite_where=text(STANDING_OFFER),
        postgresql_where=text(STANDING_OFFER),
    ),
    sqlite_autoincrement=True,
)

contacts = Table(
    "contacts",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id"), primary_key=True),
    _text("name"),
    _text("email"),
    _text("given_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _counted(),
    Column("key", Text, nullable=False, unique=True),
    _text("topic"),
    # The ticket it is about, if any: the rows of one ticket are delivered one after the other.
    Column("subject", Text, nullable=False, server_default="", index=True),
    _text("payload"),
    _number("attempts"),
    _text("next_attempt_at"),
    _text("delivered_at", null=True),
    _text("dead_at", null=True),
    _text("last_error", null=True),
    _text("created_at"),
    Index("ix_outbox_next_attempt_at", "next_attempt_at"),
    sqlite_autoincrement=True,
)

suggestions = Table(
    "suggestions",
    metadata,
    _id(),
    Column("ticket_id", Text, ForeignKey("tickets.id"), nullable=True, index=True),
    _conversation(),
    Column("message_id", Counter, ForeignKey("messages.id"), nullable=False),
    _number("rank"),
    _text("text"),
    _text("article_id"),
    _text("title"),
    _text("quote"),
    _number("start"),
    _number("end"),
    _text("version"),
    _text("visibility"),
    Column("confidence", Float, nullable=False),
    _text("state"),
    _text("final_text", null=True),
    _number("edit_distance", null=True),
    Column("decided_by", Text, ForeignKey("accounts.id"), nullable=True),
    _text("decided_at", null=True),
    _text("created_at"),
    Index("ix_suggestions_article_id_version", "article_id", "version"),
)

feedback = Table(
    "feedback",
    metadata,
    _id(),
    _conversation(),
    Column("message_id", Counter, ForeignKey("messages.id"), nullable=True),
    _text("kind"),
    _number("score"),
    _text("comment"),
    _text("created_at"),
)

surveys = Table(
    "surveys",
    metadata,
    # One per episode, and it goes with its ticket.
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    _number("score", null=True),
    _text("missing"),
    _text("answered_at"),
)

promises = Table(
    "promises",
    metadata,
    _id(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    _conversation(),
    Column("message_id", Counter, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    _text("kind"),
    _text("sentence"),
    Column("owner", Text, ForeignKey("accounts.id"), nullable=False),
    Column("made_by", Text, ForeignKey("accounts.id"), nullable=False),
    _text("made_at"),
    _text("warn_at"),
    _text("due_at"),
    _text("status"),
    _text("warned_at", null=True),
    _text("done_at", null=True),
    Column("done_by", Text, ForeignKey("accounts.id"), nullable=True),
    _text("reason"),
    Index("ix_promises_status_due_at", "status", "due_at"),
)

concessions = Table(
    "concessions",
    metadata,
    _id(),
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    _conversation(),
    Column("customer_id", Text, ForeignKey("customers.id"), nullable=True, index=True),
    _text("client_id"),
    _text("kind"),
    # Minor units of the currency, cents and pence: money is never a float.
    Column("amount", BigInteger, nullable=False),
    _text("currency"),
    _text("reason"),
    _text("note"),
    _text("status"),
    Column("asked_by", Text, ForeignKey("accounts.id"), nullable=False),
    _text("asked_at"),
    Column("decided_by", Text, ForeignKey("accounts.id"), nullable=True),
    _text("decided_at", null=True),
    _text("answer"),
    Index("ix_concessions_status_asked_at", "status", "asked_at"),
    # Sent twice, it is granted once.
    UniqueConstraint("asked_by", "client_id"),
)

complaints = Table(
    "complaints",
    metadata,
    # A ticket is one complaint or none.
    Column("ticket_id", Text, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    _conversation(),
    _text("stage"),
    _text("stage_since"),
    _text("due_at", null=True),
    Column("owner", Text, ForeignKey("accounts.id"), nullable=True),
    _text("root_cause", null=True),
    _text("remedy", null=True),
    _text("opened_at"),
    _text("closed_at", null=True),
    _number("version"),
    Index("ix_complaints_stage_due_at", "stage", "due_at"),
)

gaps = Table(
    "gaps",
    metadata,
    _id(),
    _text("status"),
    _text("article_id", null=True),
    Column("said_id", Counter, nullable=True),
    _number("contradicted"),
    _text("found_at"),
    _text("checked_at", null=True),
    _text("checked_generation", null=True),
    _text("closed_at", null=True),
    _text("closed_by", null=True),
    _text("reopened_at", null=True),
)

gap_wordings = Table(
    "gap_wordings",
    metadata,
    # A message that is erased takes its place in a gap with it.
    Column(
        "message_id",
        Counter,
        ForeignKey("messages.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("gap_id", Text, ForeignKey("gaps.id"), nullable=False, index=True),
    Column("rank", Counter, nullable=False),
    _text("failing", null=True),
    _text("checked_generation", null=True),
)

case_proposals = Table(
    "case_proposals",
    metadata,
    _id(),
    _text("source"),
    _text("status"),
    _text("content"),
    # What was taken out of a conversation goes with it, personal data removed or not.
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True, index=True),
    _text("proposed_by"),
    _text("proposed_at"),
    _text("decided_by", null=True),
    _text("decided_at", null=True),
    _text("decided_why", null=True),
)

told = Table(
    "told",
    metadata,
    Column("message_id", Counter, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("article_id", Text, primary_key=True),
    _text("version"),
    Index("ix_told_article_id_version", "article_id", "version"),
)

recalls = Table(
    "recalls",
    metadata,
    _counted(),
    _conversation(),
    Column("message_id", Counter, ForeignKey("messages.id"), nullable=False),
    _text("article_id"),
    _text("span"),
    _text("action"),
    Column("done_by", Text, ForeignKey("accounts.id"), nullable=False),
    _text("done_at"),
    # One follow-up for what was told, whatever races.
    UniqueConstraint("conversation_id", "article_id", "span", "message_id"),
    sqlite_autoincrement=True,
)

mail_threads = Table(
    "mail_threads",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    _text("channel"),
    _text("address"),
    _text("subject"),
    _text("proof"),
    _number("quiet"),
    _text("created_at"),
)

mails = Table(
    "mails",
    metadata,
    _counted(),
    # Of one that came in: a digest of its Message-ID. Of ours: the Message-ID.
    Column("key", Text, nullable=False, unique=True),
    Column("mail_id", Text, nullable=False, index=True),
    _text("direction"),
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("message_id", Counter, ForeignKey("messages.id", ondelete="CASCADE"), nullable=True),
    _text("address"),
    _text("subject"),
    _text("standing"),
    _text("detail"),
    _text("full_text"),
    _text("attachments"),
    _number("automated"),
    _number("tries"),
    _text("created_at"),
    Index("ix_mails_address_created_at", "address", "created_at"),
    sqlite_autoincrement=True,
)

# How far a reader of the event log has come.
followers = Table(
    "followers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("event_id", Counter, nullable=False),
)
