"""Owns bringing a database to the newest revision, all or nothing. Refuses to know its shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.storage.engine import SQLITE, Database

REVISIONS = Path(__file__).parent / "migrations"
HEAD = "head"


def migrate(database: Database) -> str:
    """Run what is missing in one transaction and name the revision reached; a second run changes nothing."""
    with database.engine.connect() as connection:
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                _upgrade(connection)
                return revision(connection) or ""
        finally:
            _foreign_keys(connection, on=True)


def revision(connection: Connection) -> str | None:
    """The revision the database is at, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this program was written for."""
    return _scripts().get_current_head() or ""


def _upgrade(connection: Connection) -> None:
    scripts = _scripts()

    def steps(current: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs(HEAD, current)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=HEAD) as environment:
        environment.configure(connection=connection, render_as_batch=True)
        environment.run_migrations()


def _scripts() -> ScriptDirectory:
    # No env.py: it would act when imported, and the connection is ours anyway.
    return ScriptDirectory(str(REVISIONS), version_locations=[str(REVISIONS / "versions")])


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Batch mode drops and renames tables, which SQLite's checks forbid; BEGIN would pin the setting."""
    if connection.dialect.name != SQLITE:
        return
    driver = connection.connection.dbapi_connection
    if driver is not None:
        cursor = driver.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
        cursor.close()
