"""Owns a broken service for a negative control: answers first and commits every minute. Refuses to be imported."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from bot.cli import app
from bot.storage.commit_lines import LINES
from bot.storage.counts import COUNTED
from bot.storage.engine import Database

LATE_SECONDS = 60.0
"""Longer than a scene lasts before its kill: with 2 s a commit fell just before it now and then, and none was lost."""

_guard = threading.RLock()
_open: list[Connection] = []
_snapshot = Database.snapshot


@contextmanager
def _late(database: Database) -> Iterator[Connection]:
    with _guard:
        if not _open:
            told = {COUNTED: [], LINES: []}  # nobody reads them
            _open.append(database.engine.connect().execution_options(**told))
        connection = _open[0]
        if not connection.in_transaction():
            connection.begin()
        with connection.begin_nested():
            yield connection


@contextmanager
def _late_view(database: Database) -> Iterator[Connection]:
    """Before the first write, while the start looks at the database and migrates it, as it really is."""
    with _guard, (_late(database) if _open else _snapshot(database)) as connection:
        yield connection


def _commit_now_and_then() -> None:
    while True:
        time.sleep(LATE_SECONDS)
        with _guard:
            if _open:
                _open[0].commit()


if __name__ == "__main__":
    Database.transaction = _late  # type: ignore[method-assign,assignment]
    Database.snapshot = _late_view  # type: ignore[method-assign,assignment]
    threading.Thread(target=_commit_now_and_then, daemon=True).start()
    app()
