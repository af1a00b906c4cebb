"""Owns bringing a database to the newest revision, all or nothing. Refuses to know its shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, column, inspect, select, table

from bot.errors import Unavailable
from bot.storage.engine import SQLITE, Database, outages

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

REVISIONS = Path(__file__).parent / "migrations"
VERSIONS = REVISIONS / "versions"
FILE_OF_REVISION = re.compile(r"v(\d{4})_\w+\.py")
HEAD = "head"
# Alembic's own table: one row, the revision the database is at.
VERSION = table("alembic_version", column("version_num"))


def migrate(database: Database) -> str:
    """Run what is missing in one transaction and name the revision reached; a second run changes nothing.

    Unavailable for a database of a newer release, and for one that holds another program's tables.
    """
    with database.snapshot() as tx:
        reached = revision(tx)
        if reached is None and inspect(tx).get_table_names():
            raise Unavailable("The database holds another program's tables: name an empty one, or the desk's own.")
    if reached is not None and reached not in _known():
        raise Unavailable(
            f"The database is at revision {reached}, which this release (up to {newest()}) does not know: install "
            "the newer release again, or restore the backup that was made before it."
        )
    # Importing Alembic takes longer than everything else that a start does with the database.
    return reached if reached == newest() else _migrate(database)


def revision(connection: Connection) -> str | None:
    """The revision the database is at, None when it is empty."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION.c.version_num)).scalar()


def newest() -> str:
    """The revision this program was written for: the highest number of a file in `migrations/versions`."""
    return max(_known())


def _known() -> frozenset[str]:
    names = (FILE_OF_REVISION.fullmatch(path.name) for path in VERSIONS.iterdir())
    return frozenset(name[1] for name in names if name)


def _migrate(database: Database) -> str:
    with outages(), database.engine.connect() as connection:
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                _upgrade(connection)
                return revision(connection) or ""
        finally:
            _foreign_keys(connection, on=True)


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config  # noqa: PLC0415 - slow, and seldom needed
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415

    scripts = _scripts()

    def steps(current: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs(HEAD, current)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=HEAD) as environment:
        environment.configure(connection=connection, render_as_batch=True)
        environment.run_migrations()


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    # No env.py: it would act when imported, and the connection is ours anyway.
    return ScriptDirectory(str(REVISIONS), version_locations=[str(VERSIONS)])


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Batch mode drops and renames tables, which SQLite's checks forbid; BEGIN would pin the setting."""
    if connection.dialect.name != SQLITE:
        return
    driver = connection.connection.dbapi_connection
    if driver is not None:
        cursor = driver.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
        cursor.close()
