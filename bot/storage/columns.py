"""Owns what the tables of all rooms share: the convention for names, and columns in common. Refuses tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

Counter = BigInteger().with_variant(Integer, "sqlite")


def text_of(name: str, *, null: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Text, nullable=null)


def number(name: str, *, null: bool = False) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, Integer, nullable=null)


def identifier() -> Column[str]:
    """The key of rows that have a name of their own."""
    return Column("id", Text, primary_key=True)


def counted() -> Column[int]:
    """The key of rows that are counted."""
    return Column("id", Counter, primary_key=True, autoincrement=True)


def conversation() -> Column[str]:
    """The conversation a row belongs to."""
    return Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False, index=True)
