"""Owns leaving no byte of what was erased in the files of the SQLite database. Refuses to erase a row.

A row that is deleted is overwritten with zeros (`secure_delete`), but SQLite has copies of it elsewhere: in the gaps
that moving rows between pages leaves, and in the log of what was written. So the file is written anew, the log cut off.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from bot.errors import Unavailable
from bot.storage.engine import SQLITE, Database

STATEMENTS = ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
"""In this order: the new file is in the log first. Only the second answers: whether it was hindered."""


def scrub(database: Database) -> bool:
    """Write the file anew, without what is not in its tables any more, and empty the log. Only for the process that
    serves the file: no other one may checkpoint (see engine.py). False on PostgreSQL, where nothing is done.

    Unavailable when somebody reads on for too long, the disk is full or the file damaged; again is fine.
    """
    if database.engine.dialect.name != SQLITE:
        return False
    busy = 0
    try:
        with closing(database.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for statement in STATEMENTS:
                busy, *_ = cursor.execute(statement).fetchone() or (0,)
            cursor.close()
    except sqlite3.DatabaseError as error:
        raise Unavailable(f"What was erased could not be overwritten yet: {error}.") from error
    if busy:
        raise Unavailable("What was erased could not be overwritten yet: somebody is reading the database.")
    return True
