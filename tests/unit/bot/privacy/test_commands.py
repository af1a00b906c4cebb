"""The commands: what they show, refuse and write, and the status they end with."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation import attachments, messages
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.conversation.attachment_kinds import kind_of
from bot.conversation.attachments import Received
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.errors import NotFound
from bot.handoff.hand_off import hand_off
from bot.privacy import last_copies
from bot.settings import DATABASE_FILE
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from bot.storage.privacy_tables import erasures
from bot.storage.tables import contacts, conversations, suggestions, tickets
from tests.conftest import PACKET


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A desk with Ann, who has a waiting ticket and sent a file, and Bob, whose ticket names her."""
    folder = tmp_path / "data"
    database = open_database(f"sqlite:///{folder / DATABASE_FILE}", serving=True)
    migrate(database)
    files = AttachmentFiles(folder / FOLDER)
    with database.transaction() as tx:
        for number, said in (("4711", "My hub smells burnt."), ("4712", "I ask for ann@example.org, my wife.")):
            name = {"4711": "ann", "4712": "bob"}[number]
            customer = records.upsert(tx, Identity(number, name, f"{name}@example.org"))
            talk = open_conversation(tx, site="shop", language="en", customer_id=customer.id).conversation
            messages.append(tx, talk.id, Speaker.CUSTOMER, said)
            ticket = hand_off(tx, talk.id, PACKET)
            if name == "ann":
                content = b"the receipt of Ann"
                received = Received("receipt.txt", kind_of(content), len(content), files.keep(content))
                attachments.append(tx, talk.id, Speaker.CUSTOMER, received)
                row = {"id": "s", "ticket_id": ticket.id, "conversation_id": talk.id, "message_id": 1, "rank": 1}
                row |= {"text": "INTERNAL", "quote": "INTERNAL", "article_id": "int-x", "title": "INTERNAL"}
                row |= {"start": 0, "end": 1, "version": "v", "visibility": "internal", "confidence": 0.5}
                tx.execute(insert(suggestions).values(row | {"state": "offered", "created_at": ""}))
    database.close()
    return folder


def command(*arguments: str | Path) -> tuple[int, str]:
    run = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    return run.exit_code, run.output


def close_tickets(data: Path) -> None:
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.transaction() as tx:
        tx.execute(update(tickets).values(status="resolved", closed_at="2026-11-22T00:00:00.000Z"))
    database.close()


def test_a_copy_is_one_archive_or_a_file_with_a_folder(data: Path, tmp_path: Path) -> None:
    for name in ("ann.zip", "ann.json"):
        status, told = command("customers", "export", "ann@example.org", "--data", data, "--out", tmp_path / name)
        assert (status, "files: 1." in told) == (0, True), told
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    archive = zipfile.ZipFile(tmp_path / "ann.zip")
    (file,) = (tmp_path / "ann.json.files").iterdir()
    assert archive.read(f"files/{file.name}") == file.read_bytes() == b"the receipt of Ann"
    copy = json.loads(archive.read("export.json"))
    assert copy["parts"] == json.loads((tmp_path / "ann.json").read_text())["parts"]
    assert {part["part"] for part in copy["parts"]} >= {"customers", "conversations", "messages", "tickets"}
    assert all(part["what"] for part in copy["parts"])
    assert "bob" not in json.dumps(copy)


def test_no_internal_article_and_no_key_is_in_a_copy(data: Path, tmp_path: Path) -> None:
    command("customers", "export", "4711", "--data", data, "--out", tmp_path / "ann.json")
    text = (tmp_path / "ann.json").read_text()
    assert "INTERNAL" not in text
    assert "int-x" not in text
    assert "token_hash" not in text
    assert PACKET.next_steps[0] not in text
    assert {one["why"].split(":")[0] for one in json.loads(text)["left_out"]} >= {"art. 15(4)"}


@pytest.mark.parametrize(
    ("who", "out", "told"),
    [
        ("nobody@example.org", "a.json", "Nobody is known by this"),
        ("4711", "data", "exists already; name a new file"),
        ("4711", "none/a.json", "There is no folder"),
    ],
)
def test_what_the_operator_must_mend_ends_with_2(data: Path, tmp_path: Path, who: str, out: str, told: str) -> None:
    status, said = command("customers", "export", who, "--data", data, "--out", tmp_path / out)
    assert (status, told in said) == (2, True), said


def test_a_folder_without_a_database_ends_with_2_and_is_not_made(tmp_path: Path) -> None:
    for verb in (("export", "--out", tmp_path / "a.json"), ("erase",)):
        status, said = command("customers", verb[0], "4711", "--data", tmp_path / "none", *verb[1:])
        assert (status, "There is no database" in said) == (2, True), said
    assert not (tmp_path / "none").exists()


def test_a_damaged_file_is_named_and_the_rest_is_written(data: Path, tmp_path: Path) -> None:
    (file,) = (path for path in (data / FOLDER).rglob("*") if path.is_file())
    file.write_bytes(b"something else")
    status, said = command("customers", "export", "4711", "--data", data, "--out", tmp_path / "ann.zip")
    assert (status, "is missing or damaged on disk" in said) == (1, True), said
    assert "My hub smells burnt." in zipfile.ZipFile(tmp_path / "ann.zip").read("export.json").decode()


def test_a_damaged_database_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"no database at all, but long enough to be looked at" * 100)
    status, said = command("customers", "erase", "4711", "--data", tmp_path, "--yes")
    assert (status, "The database file is damaged" in said) == (1, True), said


def test_without_yes_only_what_would_go_is_shown(data: Path, tmp_path: Path) -> None:
    close_tickets(data)
    status, said = command("customers", "erase", "4711", "--data", data)
    assert status == 0
    assert "Nothing was changed" in said
    assert re.search(r"^  messages +3  removed \(what was said, by whom and when\)$", said, re.MULTILINE), said
    assert "Also named in 1 rows of messages that are others'" in said
    assert command("customers", "export", "4711", "--data", data, "--out", tmp_path / "a.json")[0] == 0


def test_open_tickets_are_in_the_way_unless_they_are_meant(data: Path) -> None:
    status, said = command("customers", "erase", "4711", "--data", data, "--yes")
    assert (status, "Tickets are still open" in said) == (1, True)
    status, said = command("customers", "erase", "4711", "--data", data, "--yes", "--even-open")
    assert status == 0, said
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.snapshot() as tx:
        standing = {row.goal: row.status for row in tx.execute(select(tickets.c.goal, tickets.c.status))}
        assert standing == {"(erased)": "returned", PACKET.goal: "waiting"}
        assert tx.execute(select(erasures.c.found_by, erasures.c.scrubbed_at.is_not(None))).all() == [
            ("customer number", True)
        ]
        (talk,) = tx.execute(select(conversations.c.id).where(conversations.c.erased_at.is_not(None))).scalars()
    with database.transaction() as tx, pytest.raises(NotFound):
        messages.append(tx, talk, Speaker.BOT, "An answer that took too long.")
    database.close()


def test_who_is_only_typed_is_left_out_unless_it_is_meant(data: Path, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
        row = {"conversation_id": talk, "name": "", "email": "ann@example.org", "given_at": ""}
        tx.execute(insert(contacts).values(row))
    database.close()
    out = tmp_path / "a.json"
    said = command("customers", "export", "4711", "--data", data, "--out", out)[1]
    assert f"Left out: conversation {talk}, nobody proved that the address is theirs" in said
    assert talk not in out.read_text()
    command("customers", "export", "4711", "--data", data, "--out", tmp_path / "b.json", "--even-unproven")
    assert talk in (tmp_path / "b.json").read_text()


def test_whose_nothing_is_proven_is_nobody_until_it_is_meant(data: Path, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
        row = {"conversation_id": talk, "name": "", "email": "cas@example.org", "given_at": ""}
        tx.execute(insert(contacts).values(row))
    database.close()
    for verb in (("export", "--out", tmp_path / "a.json"), ("erase", "--yes")):
        status, said = command("customers", verb[0], "cas@example.org", "--data", data, *verb[1:])
        assert (status, talk in said, "add --even-unproven" in said) == (2, True, True), said
    status, said = command("customers", "erase", "cas@example.org", "--data", data, "--yes", "--even-unproven")
    assert (status, "erased at" in said) == (0, True), said


def test_a_service_that_does_not_overwrite_is_told_of(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_tickets(data)
    serving = open_database(f"sqlite:///{data / DATABASE_FILE}", serving=True)
    monkeypatch.setattr(last_copies.overwrite, "__defaults__", (0.3,))
    status, said = command("customers", "erase", "4711", "--data", data, "--yes")
    assert (status, "did not overwrite the last copies" in said) == (1, True), said
    serving.close()
    status, said = command("retention", "--data", data)
    assert (status, "Nothing is older" in said) == (0, True), said
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.snapshot() as tx:
        assert None not in tx.execute(select(erasures.c.scrubbed_at)).scalars().all()
    database.close()


def test_a_locked_database_is_a_clear_error(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_tickets(data)
    monkeypatch.setattr("bot.storage.engine.BUSY_MILLISECONDS", 50)
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.transaction():
        status, said = command("customers", "erase", "4711", "--data", data, "--yes")
    assert (status, "busy" in said) == (1, True), said
    database.close()


def test_retention_says_what_it_would_erase(data: Path) -> None:
    database = open_database(f"sqlite:///{data / DATABASE_FILE}")
    with database.transaction() as tx:
        tx.execute(update(tickets).values(status="resolved", closed_at="2020-11-22T00:00:00.000Z"))
        tx.execute(update(conversations).values(updated_at="2020-11-22T00:00:00.000Z"))
    database.close()
    assert command("retention", "--data", data, "--dry-run") == (0, "conversations: 2 would be erased\n")
    assert command("retention", "--data", data) == (0, "conversations: 2 erased\n")
    assert command("retention", "--data", data) == (0, "Nothing is older than retention.yaml keeps it.\n")
