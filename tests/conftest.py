"""Owns the fixtures every suite shares. Refuses fakes: the database is a real one, migrated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision, made once and copied by `database`."""
    path = tmp_path_factory.mktemp("template") / "answerdesk.db"
    database = open_database(f"sqlite:///{path}", serving=True)
    migrate(database)
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database as the service opens it."""
    path = tmp_path / "answerdesk.db"
    shutil.copy(migrated_file, path)
    database = open_database(f"sqlite:///{path}", serving=True)
    yield database
    database.close()
