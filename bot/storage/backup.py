"""Owns copying the SQLite database while it is in use. Refuses to overwrite, and PostgreSQL: it has its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import BadRequest, Conflict, Unavailable
from bot.storage.engine import Database
from kb_ingest.durable import sync


def back_up(database: Database, target: Path) -> int:
    """Write a complete, consistent copy to `target`, on the disk when this returns; its size in bytes.

    BadRequest on PostgreSQL and without the target's folder, Conflict when `target` exists, Unavailable when the disk
    is full, the database busy or damaged.
    """
    if not database.alone:
        raise BadRequest("This copies SQLite only; use pg_dump for PostgreSQL.")
    if not target.parent.is_dir():
        raise BadRequest(f"There is no folder {target.parent}: make it first, or name another.")
    if target.exists():
        raise Conflict(f"{target} exists already; name a new file.")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        _copy(database, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(target.parent)
    return target.stat().st_size


def _copy(database: Database, target: Path) -> None:
    # Not through `snapshot`: VACUUM does not run inside a transaction, and is a consistent read by itself.
    try:
        with closing(database.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("VACUUM INTO ?", (str(target),))
            cursor.close()
    except sqlite3.DatabaseError as error:
        raise Unavailable(f"No backup was made: {error}.") from error
    target.chmod(0o600)
    sync(target)
