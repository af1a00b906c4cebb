"""Owns which customers words find, by name, address and number in their record. Refuses who has none: what somebody
only typed is found with their ticket (queue_search.py)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.customers.records import Customer
from bot.desk.queue import MOST_WORDS
from bot.desk.queue_search import recorded
from bot.storage.tables import customers


@dataclass(frozen=True, slots=True)
class Found:
    """One page of customers, and how many there are on all pages."""

    customers: tuple[Customer, ...]
    total: int


def find(tx: Connection, words: str, size: int, page: int = 1) -> Found:
    """Those whose record has every word, by name; whose number the words are, first. Without a word every customer."""
    conditions = [recorded(word) for word in words.split()[:MOST_WORDS]]
    total = tx.execute(select(func.count()).select_from(customers).where(*conditions)).scalar_one()
    named = (customers.c.external_id == words.strip()).desc(), func.lower(customers.c.name), customers.c.external_id
    query = select(customers).where(*conditions).order_by(*named).limit(size).offset((page - 1) * size)
    return Found(tuple(Customer(**dict(row)) for row in tx.execute(query).mappings()), int(total))
