"""Owns the database connections and their durability. Refuses a second service on one SQLite file."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import structlog
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import NotFound, Unavailable
from bot.storage import commit_lines
from bot.storage.clean_text import sendable
from bot.storage.counts import COUNTED, Counts

SQLITE = "sqlite"
READ_ONLY = "answerdesk_read_only"
BUSY_MILLISECONDS = 10_000
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
POOL_WAIT_SECONDS = 30
WRITER_LOCK = 4711
OVERWRITING = "PRAGMA secure_delete=ON"
"""What is deleted is overwritten with zeros, whatever SQLite was compiled with; that is not all: see scrub.py."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Database:
    """One database; `transaction` and `snapshot` are the only ways in.

    Both raise Unavailable when the database is busy for too long, full or unreachable. `counted`: see counts.py.
    """

    engine: Engine
    lock_file: IO[bytes] | None = None
    counted: Counts = field(default_factory=Counts)

    @property
    def alone(self) -> bool:
        """True when no other service can be at work on it."""
        return self.engine.dialect.name == SQLITE

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write transaction: committed (and on disk) when the block ends, rolled back when it raises."""
        counted: list[str] = []
        lines: list[commit_lines.Line] = []
        counting = {COUNTED: counted, commit_lines.LINES: lines}
        with outages(), self.engine.connect() as connection, connection.execution_options(**counting).begin():
            yield connection
        self.counted.add(*counted)
        commit_lines.write(lines)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A consistent view for reading only; it never waits for a writer in another process."""
        with outages(), self.engine.connect() as connection:
            reader = connection.execution_options(**{READ_ONLY: True})
            with reader.begin() as ends:
                yield reader
                ends.rollback()

    def close(self) -> None:
        """Close every connection and let another service have the file."""
        self.engine.dispose()
        if self.lock_file is not None:
            self.lock_file.close()


def open_database(address: str, *, serving: bool = False, existing: bool = False) -> Database:
    """Connect to `address` (SQLAlchemy URL); `serving`: this process checkpoints the SQLite file; `existing`: a file
    that is not there is not made.

    Unavailable when another service already serves this SQLite file, NotFound when an `existing` one is not there.
    """
    url = make_url(address)
    if url.get_backend_name() != SQLITE:
        return Database(_server_engine(url))
    if not url.database:
        raise Unavailable("The database address names no file; in-memory SQLite would lose every message.")
    path = Path(url.database)
    if existing and not path.is_file():
        raise NotFound(f"There is no database {path}: name the data folder of the service (--data).")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(path) if serving else None
    return Database(_sqlite_engine(address, serving=serving), lock)


def wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """True for SQLite releases in which two checkpointing connections can lose pages."""
    fixed_in_series = version[:2] == (3, 50) and version[2] >= 7
    return (3, 7, 0) <= version <= (3, 51, 2) and not fixed_in_series


@contextmanager
def outages() -> Iterator[None]:
    """A database that cannot work now is the caller's 503; a mistake in a statement stays a mistake."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("The database is busy; try again in a moment.") from error
    except DatabaseError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in DAMAGED:  # the low byte: extended codes say where
            raise Unavailable("The database file is damaged: restore a backup (docs/operations.md).") from error
        if code == sqlite3.SQLITE_ERROR or not isinstance(error, OperationalError):
            raise
        _log.error("database_outage", reason=getattr(error.orig, "sqlite_errorname", type(error.orig).__name__))
        if code in NO_ROOM:
            raise Unavailable("The disk of the database is full: this can be stored once there is room.") from error
        raise Unavailable("The database is busy or cannot be written to; send this again in a moment.") from error


def _server_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # One writer at a time, as SQLite has it. Event ids are taken before commit: with two writers a stream
        # could see 8, move on, and miss 7. Nothing slow may happen inside a transaction anyway.
        if not connection.get_execution_options().get(READ_ONLY, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _send(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return statement, sendable(parameters)

    return engine


def _sqlite_engine(address: str, *, serving: bool) -> Engine:
    # One connection, lent in turn: writes are serialised without lock errors, and no second connection
    # of this process can checkpoint, which affected SQLite releases do not survive (see wal_reset_bug).
    connections = 1 if serving or wal_reset_bug(sqlite3.sqlite_version_info) else 4
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions behind SQLAlchemy's back
        checkpoint = () if serving else ("PRAGMA wal_autocheckpoint=0",)
        for pragma in (
            f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA foreign_keys=ON",
            OVERWRITING,
            *checkpoint,
        ):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        # IMMEDIATE takes the write lock at once: a later upgrade could fail half-way through a verb.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _lock(path: Path) -> IO[bytes]:
    """Hold `<database>.lock` while serving; the system frees it even after kill -9."""
    handle = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise Unavailable(f"Another service already uses {path}; stop it, or use PostgreSQL.") from error
    return handle
