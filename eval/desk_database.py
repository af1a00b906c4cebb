"""Owns opening the desk's own database, for the commands that read or write what people did there. Refuses to make
one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import read_settings
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate


@contextmanager
def desk_database(data: Path | None = None) -> Iterator[Database]:
    """The database of the data folder, else of the settings, at the newest revision. NotFound when there is none."""
    settings = read_settings() if data is None else read_settings(data_dir=data)
    database = open_database(settings.database_address, existing=True)
    try:
        migrate(database)
        yield database
    finally:
        database.close()
