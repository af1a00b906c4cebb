"""Owns reading the one row that somebody named. Refuses to go on without it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from bot.errors import NotFound


def one_row(tx: Connection, query: Select[Any], missing: str) -> RowMapping:
    """The row; NotFound, which says what is `missing`, when there is none."""
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound(missing)
    return row
