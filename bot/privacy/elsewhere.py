"""Owns finding a person's address and number in what belongs to others: a colleague's note, another customer's words.

Refuses to change it: the row is somebody else's, and a person has to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Text, func, or_, select

from bot.privacy.person import Scope
from bot.privacy.places import PERSONAL
from bot.storage.tables import customers

SHORTEST = 6
"""A shorter number stands everywhere."""
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """Rows of one place that name the person, and the first of the conversations they are in."""

    place: str
    rows: int
    where: str


def mentions(tx: Connection, scope: Scope, who: str) -> tuple[Mention, ...]:
    """Where others' rows have the person's address or customer number."""
    names = {*scope.addresses, *_numbers(tx, scope)} | ({who.strip().lower()} if "@" in who else set())
    wanted = sorted(name for name in names if len(name) >= SHORTEST)
    return tuple(_found(tx, scope, wanted)) if wanted else ()


def _numbers(tx: Connection, scope: Scope) -> Iterator[str]:
    query = select(customers.c.external_id).where(customers.c.id.in_(scope.customers))
    yield from (number.lower() for number in tx.execute(query).scalars())


def _found(tx: Connection, scope: Scope, wanted: list[str]) -> Iterator[Mention]:
    for place in PERSONAL:
        columns = [column for column in place.table.columns if _has_words(column)]
        if not columns:
            continue
        named = or_(*(func.lower(column).contains(name, autoescape=True) for column in columns for name in wanted))
        others = named & ~func.coalesce(place.theirs(scope), False)
        key = place.table.c.get("conversation_id", next(iter(place.table.primary_key.columns)))
        rows = tx.execute(select(key).where(others)).scalars().all()
        if rows:
            yield Mention(place.table.name, len(rows), ", ".join(sorted(map(str, set(rows)))[:MOST_SHOWN]))


def _has_words(column: Column[object]) -> bool:
    return isinstance(column.type, Text) and not column.primary_key and not column.name.endswith(("_at", "_id"))
