"""Owns the shape of the tables of what the desk keeps for its own work. Refuses queries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text, UniqueConstraint

from bot.storage.columns import identifier, metadata, number, text_of

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
