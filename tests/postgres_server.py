"""Owns a PostgreSQL server for a test run: made, started and thrown away by it. Refuses one that is there already.

It needs Debian's package and psycopg: without them there is none.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bot.storage.engine import open_database
from bot.storage.migrate import migrate

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
THERE = bool(BINARIES) and find_spec("psycopg") is not None
SETTINGS = "-c fsync=off -c listen_addresses= -c max_connections=200"
EMPTY, MIGRATED = "template1", "migrated"


@dataclass(frozen=True)
class PostgresServer:
    """The running server, on a socket in `folder`."""

    folder: Path

    def address(self, name: str) -> str:
        """Of a database, as a setting names it."""
        return f"postgresql+psycopg://desk@/{name}?host={self.folder}"

    def make(self, template: str = MIGRATED, name: str = "") -> str:
        """The address of a new database."""
        name = name or f"d{secrets.token_hex(6)}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return self.address(name)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # the path of a socket has to be short
    as_root: dict[str, Any] = {"user": "postgres"} if os.getuid() == 0 else {}
    if as_root:
        shutil.chown(folder, "postgres")

    def call(program: str, *given: str) -> None:
        command = [str(BINARIES[-1] / program), "-D", str(folder / "data"), *given]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **as_root)

    try:
        call("initdb", "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {SETTINGS}")
        try:
            server = PostgresServer(folder)
            database = open_database(server.make(EMPTY, MIGRATED))
            migrate(database)
            database.close()
            yield server
        finally:
            call("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
