"""Owns the desk's database for the time of one command. Refuses to know what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.command_line import settings_for, told_failures
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate


@contextmanager
def command_database(data: Path | None, *, migrated: bool = True, existing: bool = True) -> Iterator[Database]:
    """The database for one command; only those that begin one may name a folder that has none."""
    with told_failures():
        database = open_database(settings_for(data).database_address, existing=existing)
        try:
            if migrated:
                migrate(database)
            yield database
        finally:
            database.close()
