"""Owns that a command which erased something ends when no copy is left in the file of the database. Refuses to do it
beside a running service: only the process that serves the file may write it anew, so that one is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from bot.errors import Unavailable
from bot.privacy.erase import scrub_pending
from bot.storage.engine import SQLITE, Database, open_database
from bot.storage.migrate import migrate
from bot.storage.privacy_tables import erasures

WAIT_SECONDS = 60.0
LOOK_SECONDS = 0.25


class Copies(StrEnum):
    """What became of the last copies of erased rows: gone, not yet, or in a database that keeps its own files."""

    OVERWRITTEN = "overwritten"
    WAITING = "waiting"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Opened:
    """A database to erase in; `alone`: no service has it, and none can start until it is closed."""

    database: Database
    alone: bool


@contextmanager
def opened(address: str) -> Iterator[Opened]:
    """The database of the data folder, at the newest revision. NotFound when there is none."""
    try:
        held = Opened(open_database(address, serving=True, existing=True), alone=True)
    except Unavailable:
        held = Opened(open_database(address, existing=True), alone=False)
    try:
        migrate(held.database)
        yield held
    finally:
        held.database.close()


def overwrite(held: Opened, wait_seconds: float = WAIT_SECONDS) -> Copies:
    """Overwrite what was erased, or wait until the service has; WAITING when it did not in that time.

    Unavailable when somebody reads the database for too long or the disk is full.
    """
    on_a_server = held.database.engine.dialect.name != SQLITE
    if held.alone or on_a_server:
        scrub_pending(held.database)
        return Copies.ELSEWHERE if on_a_server else Copies.OVERWRITTEN
    until = time.monotonic() + wait_seconds
    while _pending(held.database):
        if time.monotonic() > until:
            return Copies.WAITING
        time.sleep(LOOK_SECONDS)
    return Copies.OVERWRITTEN


def _pending(database: Database) -> int:
    query = select(func.count()).select_from(erasures).where(erasures.c.scrubbed_at.is_(None))
    with database.snapshot() as tx:
        return int(tx.execute(query).scalar_one())
