"""Owns the shape of the tables of what the desk keeps for its own work. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text, UniqueConstraint

from bot.storage.columns import counted, identifier, metadata, number, text_of

saved_views = Table(
    "saved_views",
    metadata,
    identifier(),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("name"),
    # The name as it is compared: nobody has two of one name, however they are spelt.
    text_of("name_key"),
    text_of("show"),
    text_of("words"),
    text_of("team", null=True),
    text_of("tag", null=True),
    number("shared"),
    UniqueConstraint("account_id", "name_key"),
)

# Who has which ticket open, as each replica says it again until it holds no more. No foreign keys: a row of something
# that is gone is read by nobody, and gone itself within seconds.
seats = Table(
    "seats",
    metadata,
    Column("replica", Text, primary_key=True),
    Column("ticket_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    text_of("until"),
)

# Ready-made texts of the desk's own, beside those of macros.yaml.
macros = Table(
    "macros",
    metadata,
    identifier(),
    # JSON: title, and text by language.
    text_of("content"),
    Column("status", Text, nullable=False, index=True),
    Column("proposed_by", Text, ForeignKey("accounts.id"), nullable=False),
    number("version"),
)

# Who did what with one, with the content as it was left.
macro_acts = Table(
    "macro_acts",
    metadata,
    counted(),
    Column("macro_id", Text, ForeignKey("macros.id"), nullable=False, index=True),
    text_of("deed"),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    text_of("reason"),
    text_of("content"),
    text_of("created_at"),
    sqlite_autoincrement=True,
)
