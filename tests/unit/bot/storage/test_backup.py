"""Owns: a backup made while the service runs is complete, and opens as a database. Refuses half files."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine, create_mock_engine

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.errors import BadRequest, Conflict
from bot.storage.backup import back_up
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate, newest


def test_a_backup_holds_what_was_written_a_moment_before(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        opened = open_conversation(tx, site="shop", language="en", region=None, plan=None)
        messages.append(tx, opened.conversation.id, Speaker.CUSTOMER, "Where is my parcel?")
    copy = tmp_path / "copy" / "answerdesk.db"
    copy.parent.mkdir()
    assert back_up(database, copy) == copy.stat().st_size > 0
    with database.transaction() as tx:
        messages.append(tx, opened.conversation.id, Speaker.CUSTOMER, "Hello?")
    restored = open_database(f"sqlite:///{copy}")
    assert migrate(restored) == newest()
    with restored.snapshot() as tx:
        assert [said.text for said in messages.transcript(tx, opened.conversation.id)] == ["Where is my parcel?"]
    restored.close()


def test_only_its_owner_reads_a_backup_and_nothing_else_is_left(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    back_up(database, folder / "a.db")
    assert [path.name for path in folder.iterdir()] == ["a.db"]
    assert (folder / "a.db").stat().st_mode & 0o077 == 0


def test_a_backup_overwrites_nothing(database: Database, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("precious")
    with pytest.raises(Conflict, match="exists already"):
        back_up(database, taken)
    assert taken.read_text() == "precious"


def test_an_interrupted_backup_is_made_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.db.unfinished").write_text("half")
    assert back_up(database, tmp_path / "a.db") > len("half")


def test_a_folder_that_is_not_there_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=f"There is no folder {tmp_path}/none: make it first"):
        back_up(database, tmp_path / "none" / "a.db")


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    server = Database(cast(Engine, create_mock_engine("postgresql+psycopg://", executor=print)))
    with pytest.raises(BadRequest, match="pg_dump"):
        back_up(server, tmp_path / "a.db")
