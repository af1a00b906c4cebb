"""The command line makes the database and its people, and says what is wrong in a sentence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import BATCHES, GROUPS
from bot.batch_cli import commands as batch_commands
from bot.cli import app
from bot.conversation.conversations import open_conversation
from bot.demo import ensure_index
from bot.errors import BadRequest
from bot.settings import Settings
from bot.storage.engine import open_database
from bot.storage.migrate import newest
from bot.storage.tables import outbox
from kb_ingest.cli import app as kb_ingest
from tests.unit.bot.recall.planted import EDITS, base, tell


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANSWERDESK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


def test_what_starts_by_itself_is_the_same_command() -> None:
    """As `python -m bot` finds it, and as its help lists it."""
    assert {group.name for group in app.registered_groups} == GROUPS
    for name in GROUPS:
        assert import_module(f"bot.{name}_cli").commands in [group.typer_instance for group in app.registered_groups]
    told = {each.callback for each in app.registered_commands}
    batches = {each.callback.__name__: each.callback for each in batch_commands.registered_commands if each.callback}
    assert (set(batches), set(batches.values()) <= told) == (BATCHES, True)


def test_customers_are_imported_and_wrong_lines_are_named(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("external_id,name\nc-1,Ana\n,Nobody\n")
    first = run("customers", "import", str(file))
    assert first.exit_code == 1
    assert f"{file}: line 3: external_id must be" in first.stderr
    assert first.stdout == "1 new, 0 changed, 0 as they were, 1 not taken.\n"
    file.write_text("external_id,name\nc-1,Ana\n")
    again = run("customers", "import", str(file))
    assert (again.exit_code, again.stdout) == (0, "0 new, 0 changed, 1 as they were, 0 not taken.\n")
    assert run("customers", "import", str(tmp_path / "nothing.csv")).exit_code == 2


def test_dead_letters_are_listed_and_sent_again(data: Path) -> None:
    run("migrate")
    database = open_database(f"sqlite:///{data / 'answerdesk.db'}")
    row = {"topic": "ticket.created", "payload": "{}", "next_attempt_at": "2026", "created_at": "2026"}
    given_up = {"key": "ticket.created:a", "attempts": 10, "dead_at": "2026", "last_error": "HTTP 422"}
    with database.transaction() as tx:
        tx.execute(outbox.insert().values(row | given_up))
        tx.execute(outbox.insert().values(row | {"key": "ticket.created:b", "attempts": 1}))
    assert run("outbox", "list").stdout == "ticket.created:a\t10 tries\tgiven up\tHTTP 422\n"
    assert run("outbox", "list", "--all").stdout.count("\n") == 2
    for key in ("ticket.created:b", "mistyped"):
        refused = run("outbox", "replay", key)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith(f"Nothing was given up under the key {key}: ")
    assert run("outbox", "replay").stdout == "1 will be sent again.\n"
    assert run("outbox", "list").stdout == "Nothing was given up.\n"
    database.close()


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
    mistyped = run("recall", "a-numbr", *index)
    assert (mistyped.exit_code, mistyped.stdout) == (2, "")
    assert mistyped.stderr.startswith("There is no article a-numbr, and nobody was told")
    nowhere = run("recall", "--index", str(data / "answerdesk.db"))
    assert (nowhere.exit_code, nowhere.stderr) == (2, f"{data}/answerdesk.db/CURRENT: Not a directory.\n")


def test_a_role_that_no_person_has_is_answered_with_those_that_they_may_have(data: Path) -> None:
    refused = run("accounts", "add", "a@example.com", "--name", "A", "--role", "service", typed="long enough\n" * 2)
    assert refused.exit_code == 2
    assert "'service' is none of agent, lead, content, admin." in " ".join(refused.stderr.replace("│", "").split())
    assert "visitor" not in refused.stderr
    assert not data.exists()


def test_an_index_that_is_not_there_can_be_named(data: Path, tmp_path: Path) -> None:
    run("migrate")
    refused = run("gaps", "list", "--index", str(tmp_path / "none"))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"No knowledge index in {tmp_path}/none yet. If yours is elsewhere, name it (")
    assert "--index" in refused.stderr


def test_articles_that_are_not_there_are_no_success(data: Path, tmp_path: Path) -> None:
    taken = run("articles", "take-in", "--source", str(tmp_path / "nowhere"))
    assert (taken.exit_code, taken.output) == (2, f"There is no file or folder {tmp_path}/nowhere.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "copy.db"), ("recall",), ("accounts", "list"), ("accounts", "disable", "ana@example.com"),
        ("articles", "list"), ("outbox", "list"), ("outbox", "replay"), ("gaps", "list"),
    ],
)  # fmt: skip
def test_a_data_folder_without_a_database_is_named_and_stays_as_it_is(
    words: tuple[str, ...], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = tmp_path / "wrong"
    refused = run(*words, "--data", str(wrong))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"There is no database {wrong}/answerdesk.db")
    assert not wrong.exists()
    assert not (tmp_path / "copy.db").exists()


def test_what_is_wrong_with_articles_that_are_taken_in_is_told_as_a_check_tells_it(data: Path, tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "hub.md").write_text("---\nid: hub\ntitle: The hub\n---\nIt blinks.", encoding="utf-8")
    (kb / "lamp.md").write_text("---\nid: hub\ntitle: The lamp\n---\nIt shines.", encoding="utf-8")
    (kb / "open.md").write_text("---\nid: open\n", encoding="utf-8")
    (kb / "broken.docx").write_bytes(b"not a document")
    taken = run("articles", "take-in", "--source", str(kb))
    assert taken.exit_code == 0
    told = CliRunner().invoke(kb_ingest, ["check", "--source", str(kb)]).stdout.splitlines()[1:]
    assert taken.stderr.splitlines() == told
    assert {line.split()[1].partition(":")[0] for line in told} >= {"lamp.md", "open.md", "broken.docx"}


def test_files_none_of_which_can_be_read_are_no_success(data: Path, tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "cable.md").write_bytes("---\nid: cable\ntitle: Cable\n---\nIt costs £3.".encode("cp1252"))
    (kb / "broken.docx").write_bytes(b"no archive")
    taken = run("articles", "take-in", "--source", str(kb))
    assert (taken.exit_code, taken.stdout) == (2, "")
    *each, told = taken.stderr.splitlines()
    assert {line.split()[1].partition(":")[0] for line in each} == {"cable.md", "broken.docx"}
    assert told == f"No article could be read from {kb}."
    assert run("articles", "list").exit_code == 2, "no database was made for nothing"


def test_markdown_that_is_not_utf8_is_one_error_that_says_where_and_the_rest_is_taken_in(
    data: Path, tmp_path: Path
) -> None:
    kb = tmp_path / "kb"
    kb.mkdir()
    (kb / "lamp.md").write_text("---\nid: lamp\ntitle: The lamp\n---\nIt shines for £3.", encoding="utf-8")
    (kb / "cable.md").write_bytes("---\nid: cable\ntitle: Cable\n---\nIt costs £3.".encode("cp1252"))
    (kb / "notes.txt").write_text("Ask Ann about the lamp.")
    taken = run("articles", "take-in", "--source", str(kb))
    assert (taken.exit_code, taken.stdout) == (0, "1 new, 0 changed, 1 left out.\n")
    ignored, error = taken.stderr.splitlines()
    assert ignored.startswith("warning  notes.txt  ignored: files ending in `.txt` are not read")
    assert error.startswith("error  cable.md  byte 41 is not UTF-8: save the file as UTF-8")
    listed = run("articles", "list").stdout
    assert "lamp\tpublished" in listed
    assert "cable" not in listed
    (kb / "cable.md").write_text("---\nid: cable\ntitle: Cable\n---\nIt costs £3.", encoding="utf-8")
    assert run("articles", "take-in", "--source", str(kb)).stdout == "1 new, 0 changed.\n"


def test_an_article_that_is_too_long_is_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "long.md").write_text("---\nid: hub\ntitle: The hub\n---\n" + "It blinks.\n" * 20_000)
    refused = run("articles", "take-in", "--source", str(tmp_path / "kb"))
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == "long.md: an article has at most 200000 characters: split it."


@pytest.mark.parametrize(
    ("words", "variables", "told"),
    [
        (("serve", "--port", "99999"), {}, "--port: Input should be less than or equal to 65535.\n"),
        (("accounts", "list"), {"PORT": "abc"}, "ANSWERDESK_PORT: Input should be a valid integer"),
        (("accounts", "list"), {"LOG_LEVEL": "loud"}, "ANSWERDESK_LOG_LEVEL: String should match pattern"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(
    words: tuple[str, ...], variables: dict[str, str], told: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"ANSWERDESK_{name}", value)
    refused = run(*words)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert refused.stderr.startswith(told)


@pytest.mark.parametrize("exists", [True, False])
def test_a_demo_of_no_articles_says_where_it_looked(exists: bool, data: Path, tmp_path: Path) -> None:
    source = tmp_path / "kb"
    if exists:
        source.mkdir()
    settings = Settings(data_dir=data, index_dir=tmp_path / "index")
    with pytest.raises(BadRequest, match=f"{source}"):
        ensure_index(source, settings, lambda _line: None)


HEADER = 100
"""Bytes of SQLite's own header, where the journal mode is noted on opening."""


def _damaged(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def _of_a_newer_release(file: Path) -> None:
    with sqlite3.connect(file) as base:
        base.execute("UPDATE alembic_version SET version_num = '9999'")
    base.close()


def _of_another_program(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE customers (id INTEGER)")
    base.close()


@pytest.mark.parametrize("words", [("migrate",), ("accounts", "list"), ("outbox", "replay"), ("articles", "list")])
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_damaged, "The database file is damaged: restore a backup"),
        (_of_a_newer_release, "The database is at revision 9999, which this release"),
        (_of_another_program, "The database holds another program's tables"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line_and_left_as_it_is(
    words: tuple[str, ...], spoil: Callable[[Path], None], told: str, data: Path
) -> None:
    run("migrate")
    file = data / "answerdesk.db"
    spoil(file)
    before = file.read_bytes()
    refused = run(*words)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith(told)
    assert file.read_bytes()[HEADER:] == before[HEADER:]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("migrate", "--data", "{file}"), "{file}: File exists.\n"),
        (("accounts", "list", "--data", "/" + "n" * 300), "/" + "n" * 300 + "/answerdesk.db: File name too long.\n"),
        (("outbox", "replay", "\udcff"), "Text that cannot be written as utf-8: surrogates not allowed.\n"),
        (("backup", "{file}/copy.db"), "There is no folder {file}: make it first, or name another.\n"),
    ],
)
def test_what_the_system_refuses_is_one_line(words: tuple[str, ...], told: str, data: Path, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "a file").write_text("")
    refused = run(*(word.replace("{file}", f"{tmp_path}/a file") for word in words))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == told.replace("{file}", f"{tmp_path}/a file")


@pytest.mark.parametrize("email", ["a" * 255 + "@example.com", "a\x01@example.com", "ana@example.com\u202e"])
def test_an_address_that_nobody_has_is_refused(email: str, data: Path) -> None:
    refused = run("accounts", "add", email, "--name", "Ana", "--password", "long enough")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is not an e-mail address" in refused.stderr


def test_a_model_that_is_not_there_is_named(small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERDESK_EMBEDDER_MODEL", str(tmp_path))
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "hello"}\n')
    files = ("--questions", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    refused = run("ask", "--index", str(small_index), *files)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1].startswith(f"The model {tmp_path} cannot be loaded: name the folder")
