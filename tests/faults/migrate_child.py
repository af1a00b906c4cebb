"""Owns the processes that are killed while they migrate. Started by test_migrate_kill.

`migrate_child.py KIND FILE POINT FILE POINT...`: for each database a process that kills itself (-9) there. `careless`
is the kind whose every statement is on the disk at once, as where nobody began a transaction.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate

SOUND, CARELESS = "sound", "careless"
COMMIT, COMMITTED = -2, -1
"""Points beside the numbers of statements: when nothing is missing but the commit, and right after it."""


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(path: str, point: int, kind: str) -> int:
    """How many statements the migration had; nothing, where it was killed."""
    database = open_database(f"sqlite:///{path}", serving=True)
    made = _dying(database, point)
    if kind == CARELESS:
        event.listen(database.engine, "after_cursor_execute", _at_once)
    if point == COMMIT:
        event.listen(database.engine, "commit", die)
    migrate(database)
    if point == COMMITTED:
        die()
    database.close()
    return len(made)


def _dying(database: Database, point: int) -> list[None]:
    made: list[None] = []

    @event.listens_for(database.engine, "after_cursor_execute")
    def _made(*_: Any) -> None:
        made.append(None)
        if len(made) == point:
            die()

    return made


def _at_once(connection: Any, *_: Any) -> None:
    driver = connection.connection.dbapi_connection
    if driver.in_transaction:
        driver.execute("COMMIT")
        driver.execute("BEGIN IMMEDIATE")


def main(kind: str, *files: str) -> None:
    for name in ("alembic.config", "alembic.runtime.environment", "alembic.script", "alembic.op"):
        importlib.import_module(name)  # once, not by each process
    for path, point in zip(files[::2], map(int, files[1::2]), strict=True):
        child = os.fork()
        if not child:
            run(path, point, kind)
            os._exit(0)
        ended = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(ended), f"{path} was not killed at {point}"


if __name__ == "__main__":
    main(*sys.argv[1:])
