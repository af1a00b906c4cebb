"""Owns inserting a row unless its key is taken, race-free on both databases. Refuses to alter the old row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(tx: Connection, table: Table, values: Mapping[str, Any], *key: str) -> bool:
    """True when the row is new; False when a row with the same `key` columns was there and stays as it is."""
    insert = sqlite.insert if tx.dialect.name == sqlite.dialect.name else postgresql.insert
    statement = insert(table).values(dict(values)).on_conflict_do_nothing(index_elements=list(key))
    # Not rowcount: for an INSERT PostgreSQL's driver may leave it unknown.
    return tx.execute(statement.returning(table.c[key[0]])).first() is not None
