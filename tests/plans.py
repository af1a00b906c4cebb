"""Owns hearing which statements some code runs, and how SQLite would look for their rows. Refuses to time anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.storage.columns import metadata
from bot.storage.engine import SQLITE, Database

Heard = list[tuple[str, Any]]
"""Statements as they are sent, each with its parameters."""
READING = ("SELECT", "UPDATE", "DELETE")


@contextmanager
def heard(database: Database) -> Iterator[Heard]:
    """The statements that are run in the block."""
    statements: Heard = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def plan(database: Database, run: Callable[[Connection], object]) -> list[str]:
    """Each step of how SQLite finds the rows of what `run` asks for."""
    if database.engine.dialect.name != SQLITE:
        pytest.skip("SQLite's plan is looked at")
    with heard(database) as statements, database.transaction() as tx:
        run(tx)
    with database.snapshot() as tx:
        return [
            row[3]
            for statement, parameters in statements
            if statement.startswith(READING)
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def scans(database: Database, run: Callable[[Connection], object]) -> set[str]:
    """What `run` reads from end to end: `tickets`, or `tickets USING COVERING INDEX …` where an index will do."""
    steps = plan(database, run)
    read_through = {step.removeprefix("SCAN ") for step in steps if step.startswith("SCAN ")}
    return {step for step in read_through if step.split(" ")[0] in metadata.tables}
