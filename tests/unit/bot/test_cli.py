"""The command line makes the database and its people, and says what is wrong in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversation.conversations import open_conversation
from bot.storage.engine import open_database
from bot.storage.migrate import newest
from tests.unit.bot.recall.planted import EDITS, base, tell


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANSWERDESK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


def add_ana() -> Result:
    return run("accounts", "add", "ana@example.com", "--name", "Ana", typed="long enough\nlong enough\n")


def test_migrate_makes_the_database_in_the_data_folder(data: Path) -> None:
    result = run("migrate")
    assert result.exit_code == 0
    assert newest() in result.stdout
    assert (data / "answerdesk.db").exists()


def test_the_folder_on_the_command_line_wins(data: Path, tmp_path: Path) -> None:
    assert run("migrate", "--data", str(tmp_path / "elsewhere")).exit_code == 0
    assert (tmp_path / "elsewhere" / "answerdesk.db").exists()
    assert not data.exists()


def test_an_account_is_added_listed_and_disabled(data: Path) -> None:
    added = add_ana()
    assert added.exit_code == 0
    assert "long enough" not in added.stdout
    assert run("accounts", "list").stdout == "ana@example.com\tAna\tagent\tactive\n"
    assert run("accounts", "disable", "ana@example.com").exit_code == 0
    assert run("accounts", "list").stdout == "ana@example.com\tAna\tagent\tdisabled\n"


def test_a_mistake_is_one_sentence_and_status_one(data: Path) -> None:
    add_ana()
    again = add_ana()
    assert again.exit_code == 1
    assert again.stderr == "There is already an account for ana@example.com.\n"


def test_recall_lists_who_was_told_what_does_not_hold_any_more(data: Path, tmp_path: Path) -> None:
    kb = base(tmp_path)
    number = next(edit for edit in EDITS if edit.name == "a number")
    assert run("migrate").exit_code == 0
    database = open_database(f"sqlite:///{data / 'answerdesk.db'}")
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        tell(tx, chat, kb.article(number), "You have 30 days to send device 1 back.")
    database.close()
    index = ("--index", str(kb.index))
    assert "Answers to recall: 0" in run("recall", *index).stdout
    kb.edit([number])
    shown = run("recall", "a-number", *index).stdout
    assert chat in shown
    assert "differs: 30 -> 14" in shown
    (found,) = json.loads(run("recall", "--json", *index).stdout)["findings"]
    assert (found["conversation_id"], found["why"]) == (chat, "changed")
    assert (found["words_gone"], found["words_new"]) == (["30"], ["14"])
    assert json.loads(run("recall", "a-unit", "--json", *index).stdout)["findings"] == []
