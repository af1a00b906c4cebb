"""Promise 28: kill -9 in the middle of a release's migrations leaves the old database or the new one, whole, with every
row; the next start ends it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Float, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DatabaseError

from bot.errors import Unavailable
from bot.storage import migrate as migrations
from bot.storage.engine import open_database
from bot.storage.migrate import VERSION, migrate, newest, revision
from tests.conftest import ROOT
from tests.faults.migrate_child import CARELESS, COMMIT, COMMITTED, SOUND, run

CHILD = Path(__file__).with_name("migrate_child.py")
SEED = 20261128
FIRST = "0001"
ROWS = 3
SHORT, FULL = 6, 200
OPEN = frozenset({"turn"})
"""Columns of a meaning that a migration reads: left empty."""

Rows = Mapping[str, list[dict[str, Any]]]


def _tables(tx: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(tx)
    return [table for table in found.sorted_tables if table.name != VERSION.name]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the first release, with rows in each of its tables."""
    path = tmp_path_factory.mktemp("old") / "answerdesk.db"
    database = open_database(f"sqlite:///{path}", serving=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "HEAD", FIRST)
        migrate(database)
    with database.transaction() as tx:
        for table in _tables(tx):
            for number in range(1, ROWS + 1):
                row = {c.name: number if isinstance(c.type, Integer | Float) else f"x{number}" for c in table.columns}
                tx.execute(insert(table).values(row | dict.fromkeys(OPEN & row.keys())))
    database.close()
    return path


def _rows(tx: Connection) -> Rows:
    """What stands in each table."""
    return {table.name: [dict(row) for row in tx.execute(select(table)).mappings()] for table in _tables(tx)}


def _kept(before: Rows, now: Rows) -> bool:
    """Every row is there, with all of it that the newest tables have a column for."""
    return all(
        [{name: row.get(name, value) for name, value in was.items()} for was, row in zip(rows, now[table], strict=True)]
        == rows
        for table, rows in before.items()
    )


def _standing(path: Path, before: Rows) -> str:
    """Where the kill left it; or what is wrong with it or with the start that follows."""
    database = open_database(f"sqlite:///{path}", serving=True)
    try:
        with database.snapshot() as tx:
            assert tx.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            left, untouched = revision(tx), _rows(tx) == before
        if left == FIRST and not untouched:
            return "half"
        migrate(database)
        with database.snapshot() as tx:
            return str(left) if _kept(before, _rows(tx)) else "lost rows"
    except (DatabaseError, Unavailable):
        return "does not start"
    finally:
        database.close()


def _killed(old: Path, folder: Path, points: Sequence[int], kind: str = SOUND) -> Counter[str]:
    """How databases stand of which a migration was killed at each of these points."""
    files = [Path(shutil.copy(old, folder / f"{number}.db")) for number in range(len(points))]
    named = [each for file, point in zip(files, points, strict=True) for each in (str(file), str(point))]
    subprocess.run([sys.executable, str(CHILD), kind, *named], cwd=ROOT, check=True, timeout=600)
    database = open_database(f"sqlite:///{old}", serving=True)
    with database.snapshot() as tx:
        before = _rows(tx)
    database.close()
    assert sum(map(len, before.values())) == ROWS * len(before) > 20
    standing = Counter(_standing(file, before) for file in files)
    print(f"seed {SEED}: kill -9 at {len(points)} points of the migrations, {kind}: left at {dict(standing)}")
    return standing


def _statements(old: Path, folder: Path) -> int:
    return run(shutil.copy(old, folder / "whole.db"), 0, SOUND)


@pytest.mark.parametrize("kills", [SHORT, pytest.param(FULL, marks=pytest.mark.full)])
def test_a_killed_migration_leaves_the_old_or_the_new_database_and_the_next_start_ends_it(
    kills: int, old: Path, tmp_path: Path
) -> None:
    points = [COMMIT, COMMITTED, *random.Random(SEED).sample(range(1, _statements(old, tmp_path)), kills - 2)]
    assert _killed(old, tmp_path, points) == {FIRST: kills - 1, newest(): 1}


def test_the_harness_sees_migrations_without_a_transaction(old: Path, tmp_path: Path) -> None:
    """Negative control: what was done before the kill stays, and the next start stumbles over it."""
    assert _killed(old, tmp_path, [_statements(old, tmp_path) // 2], CARELESS) == {"does not start": 1}
