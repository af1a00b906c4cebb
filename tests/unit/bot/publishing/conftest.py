"""Owns the desk that the tests of publishing share. Refuses to share its articles: each test has its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.engine import Database
from tests.unit.bot.publishing.scene import Scene, open_scene


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Iterator[Scene]:
    opened = open_scene(database, tmp_path / "desk")
    yield opened
    opened.bench.reader.close()
