"""Connections are durable, serialised, and one service per SQLite file."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
import structlog
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import Unavailable
from bot.storage import counts
from bot.storage.commit_lines import tell_log
from bot.storage.engine import Database, open_database, wal_reset_bug
from bot.storage.tables import customers, messages


def add_customer(database: Database, number: str) -> None:
    with database.transaction() as tx:
        tx.execute(insert(customers).values(id=number, external_id=number, name="", email="", created_at=""))


def count(database: Database) -> int:
    with database.snapshot() as tx:
        return len(tx.execute(select(customers.c.id)).all())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("wal_autocheckpoint", 1000)],
)
def test_the_service_writes_ahead_fully_synchronous(database: Database, pragma: str, value: object) -> None:
    with database.snapshot() as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_another_process_never_checkpoints(database: Database, tmp_path: Path) -> None:
    other = open_database(f"sqlite:///{tmp_path / 'answerdesk.db'}")
    with other.snapshot() as tx:
        assert tx.execute(text("PRAGMA wal_autocheckpoint")).scalar() == 0
    other.close()


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    def fails_half_way() -> None:
        with database.transaction() as tx:
            tx.execute(insert(customers).values(id="1", external_id="1", name="", email="", created_at=""))
            counts.count(tx, "made")
            tell_log(tx, "made")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), structlog.testing.capture_logs() as logged:
        fails_half_way()
    assert count(database) == 0
    assert not database.counted.counts
    assert not logged


def test_a_message_without_its_conversation_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(insert(messages).values(conversation_id="none", role="bot", text="x", created_at=""))


def test_threads_wait_for_each_other_instead_of_failing(database: Database) -> None:
    threads = [threading.Thread(target=add_customer, args=(database, str(number))) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 24


def test_a_second_service_on_the_same_file_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Another service"):
        open_database(f"sqlite:///{tmp_path / 'answerdesk.db'}", serving=True)


def test_a_stopped_service_leaves_the_file_to_the_next(database: Database, tmp_path: Path) -> None:
    database.close()
    open_database(f"sqlite:///{tmp_path / 'answerdesk.db'}", serving=True).close()


def test_the_command_line_works_beside_the_service(database: Database, tmp_path: Path) -> None:
    other = open_database(f"sqlite:///{tmp_path / 'answerdesk.db'}")
    add_customer(database, "service")
    add_customer(other, "command line")
    assert count(database) == count(other) == 2
    other.close()


def test_memory_is_no_database() -> None:
    with pytest.raises(Unavailable, match="in-memory"):
        open_database("sqlite://")


@pytest.mark.usefixtures("every_line")
def test_a_full_disk_is_said_so_and_what_was_stored_stays(database: Database) -> None:
    add_customer(database, "before")
    with database.snapshot() as tx:
        tx.execute(text(f"PRAGMA max_page_count={tx.execute(text('PRAGMA page_count')).scalar()}"))
    with pytest.raises(Unavailable, match="disk of the database is full"), structlog.testing.capture_logs() as logged:
        add_customer(database, "x" * 100_000)
    assert [(line["event"], line["reason"]) for line in logged] == [("database_outage", "SQLITE_FULL")]
    assert count(database) == 1


def test_a_writer_that_never_ends_is_an_outage_not_a_hang(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.engine.BUSY_MILLISECONDS", 50)
    shutil.copy(migrated_file, tmp_path / "busy.db")
    stuck, other = (open_database(f"sqlite:///{tmp_path / 'busy.db'}") for _ in range(2))
    with stuck.transaction(), pytest.raises(Unavailable, match="busy"):
        add_customer(other, "1")
    stuck.close()
    other.close()


def test_a_wrong_statement_stays_a_programming_error(database: Database) -> None:
    with database.snapshot() as tx, pytest.raises(OperationalError):
        tx.execute(text("SELECT 1 FROM there_is_no_such_table"))
    with pytest.raises(OperationalError), database.snapshot() as tx:
        tx.execute(text("SELECT 1 FROM there_is_no_such_table"))


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
    ],
)
def test_releases_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], affected: bool) -> None:
    assert wal_reset_bug(version) is affected


def test_with_the_bug_a_process_has_one_connection(database: Database) -> None:
    assert database.engine.pool.status().startswith("Pool size: 1 ")
