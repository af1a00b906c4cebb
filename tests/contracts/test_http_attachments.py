"""Files in conversations: told by their content, for their own people alone, never opened in this origin, gone with
the conversation."""

from __future__ import annotations

import io
import os
import secrets
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import delete, func, select

from bot.api import limits
from bot.api.file_sweep import FileSweep
from bot.conversation import attachments as rules
from bot.conversation.attachment_files import SETTLED_SECONDS, AttachmentFiles
from bot.storage import tables
from tests.served import Served, Staff, Visitor, serving, stream

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"
ANY = {"Content-Type": "application/octet-stream"}


def _send(visitor: Visitor, content: bytes, name: str = "photo.png", client_id: str = "") -> httpx2.Response:
    asked = {"name": name, "client_id": client_id or secrets.token_hex(8)}
    return visitor.client.post(f"{visitor.path}/attachments", content=content, params=asked, headers=ANY)


def _reply(agent: Staff, ticket: str, content: bytes, **asked: str) -> httpx2.Response:
    given = {"name": "label.pdf"} | asked
    return agent.client.post(f"/v1/tickets/{ticket}/attachments", content=content, params=given, headers=ANY)


def _with_person(service: Served) -> tuple[Visitor, str]:
    visitor = service.visitor()
    return visitor, visitor.hand_off("My lamp is broken")["ticket"]["id"]


def test_an_empty_file_is_refused_in_words_about_files(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    for refused in (_send(visitor, b""), _reply(agent, ticket, b"")):
        assert (refused.status_code, refused.json()["detail"]) == (400, "The file is empty.")


def test_a_file_goes_both_ways_and_comes_back_byte_for_byte(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    with stream(agent.client, "/v1/desk/events") as events:
        sent = _send(visitor, PNG, "lamp.png")
        assert sent.status_code == 201, sent.text
        heard = next(event for event in events if event.kind == "message")
    attachment = sent.json()["message"]["attachment"]
    assert attachment | {"id": ""} == {"id": "", "name": "lamp.png", "media_type": "image/png", "size": len(PNG)}
    assert heard.data["attachment"] == attachment
    answered = _reply(agent, ticket, PDF)
    assert answered.status_code == 201, answered.text
    assert answered.json()["ticket"]["status"] == "claimed"
    label = answered.json()["message"]["attachment"]
    for client in (visitor.client, agent.client):
        assert client.get(f"{visitor.path}/attachments/{attachment['id']}").content == PNG
        assert client.get(f"{visitor.path}/attachments/{label['id']}").content == PDF
    assert [each["attachment"] for each in visitor.read()["messages"] if each["attachment"]] == [attachment, label]


def test_no_browser_opens_a_file_in_this_origin(service: Served) -> None:
    visitor, _ = _with_person(service)
    hostile = 'x"; filename="evil.html\r\nX-Injected: yes\u202egnp.html'
    sent = _send(visitor, PNG, hostile).json()["message"]["attachment"]
    answer = visitor.client.get(f"{visitor.path}/attachments/{sent['id']}")
    told = {name.lower(): value for name, value in answer.headers.items()}
    assert told["content-type"] == "application/octet-stream"
    assert told["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert told["content-disposition"].endswith(".png")
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert told["cache-control"] == "no-store"
    assert "x-injected" not in told


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "a")  # not dated: the bytes name the test, on every worker alike
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"\n <!DOCTYPE html><p>x",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<svg onload=alert(1)>",
        b"%PDF-1.7 1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>> >>",
        b"%PDF-1.7 1 0 obj <</S /J#61vaScript>>",
        b"%PDF-1.7 <</Type /EmbeddedFile>>",
        b"MZ\x90\x00" + b"\x00" * 64,
        b"\x7fELF" + b"\x00" * 64,
        b"#!/bin/sh\x00",
        b"PK\x03\x04not really",
        b"\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"   \n",
        _zip(),
    ],
    ids=lambda content: ascii(content[:18]),
)
def test_what_can_act_is_refused_whatever_it_is_called(service: Served, content: bytes) -> None:
    visitor, _ = _with_person(service)
    for name in ("photo.png", "page.html", "letter.pdf", "notes.txt"):
        refused = _send(visitor, content, name)
        assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
    assert not [message for message in visitor.read()["messages"] if message["attachment"]]


def test_the_content_decides_the_ending(service: Served) -> None:
    visitor, _ = _with_person(service)
    for name, content, kept in (
        ("evil.html", PNG, "evil.html.png"),
        ("C:\\temp\\..\\a.JPEG", b"\xff\xd8\xff\xe0", "a.jpeg"),
        ("", b"plain", "file.txt"),
        ("run.exe", b"plain", "run.exe.txt"),
        ("x" * 255, PNG, "x" * 95 + ".png"),
        ("card 4111 1111 1111 1111.png", PNG, None),
    ):
        shown = _send(visitor, content, name).json()["message"]
        assert kept is None or shown["attachment"]["name"] == kept
        assert "4111 1111" not in str(shown)


def test_sizes_and_numbers_have_an_end(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, _ = _with_person(service)
    assert _send(visitor, b"").status_code in (400, 422)
    assert _send(visitor, b"a" * rules.MOST_BYTES, "a.txt").status_code == 201
    large = _send(visitor, b"a" * (rules.MOST_BYTES + 1), "a.txt")
    assert (large.status_code, large.json()["detail"]) == (413, "A file may have at most 5 MB.")
    assert _send(visitor, b"a" * (rules.MOST_BYTES + 2), "a.txt").status_code == 413
    monkeypatch.setattr(rules, "MOST_FILES", 1)
    assert _send(visitor, b"b", "b.txt").json()["detail"] == "A conversation has at most 1 files."
    monkeypatch.setattr(rules, "MOST_FILES", 40)
    monkeypatch.setattr(rules, "MOST_STORED_BYTES", 0)
    assert _send(visitor, b"c", "c.txt").status_code == 409


def test_files_from_one_network_are_slowed_down(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path) as served:
        served.app.state.service.limits._file._limit = 2
        visitor, _ = _with_person(served)
        assert [_send(visitor, b"plain").status_code for _ in range(3)] == [201, 201, 429]
    assert limits.FILES_PER_NETWORK


def test_the_same_file_sent_again_is_one_message(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    first, again = _send(visitor, PNG, client_id="one"), _send(visitor, PNG, client_id="one")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert _send(visitor, PNG + b"x", client_id="one").status_code == 409
    replied = [_reply(agent, ticket, PDF, client_id="two").json()["message"] for _ in range(2)]
    assert replied[0] == replied[1]
    assert len([message for message in visitor.read()["messages"] if message["attachment"]]) == 2


def test_a_file_is_for_a_person_and_for_their_own_conversation(service: Served, agent: Staff) -> None:
    early = service.visitor()
    refused = _send(early, PNG)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Files can be sent to a person only. Ask for a person first.",
    )
    mine, ticket = _with_person(service)
    theirs, _ = _with_person(service)
    secret = _send(mine, PNG).json()["message"]["attachment"]["id"]
    assert theirs.client.get(f"{mine.path}/attachments/{secret}").status_code == 401
    assert theirs.client.get(f"{theirs.path}/attachments/{secret}").status_code == 404
    assert service.client().get(f"{mine.path}/attachments/{secret}").status_code == 401
    assert service.staff().client.get(f"{theirs.path}/attachments/{secret}").status_code == 404
    agent.client.post(f"/v1/tickets/{ticket}/claim", json={}).raise_for_status()
    assert _reply(service.staff(), ticket, PDF).status_code == 409, "somebody else has it"
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).raise_for_status()
    assert _reply(agent, ticket, PDF).status_code == 409, "it is closed"
    assert _send(mine, PNG).status_code == 409


@pytest.fixture
def alone(small_index: Path, tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    with serving(small_index, tmp_path) as served:
        yield served, tmp_path / "attachments"


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_erased_with_its_conversation_and_not_before(alone: tuple[Served, Path]) -> None:
    served, folder = alone
    first, _ = _with_person(served)
    second, _ = _with_person(served)
    for visitor in (first, second):
        _send(visitor, PNG)
    _send(first, b"mine alone")
    assert len(_files(folder)) == 2, "the same content is one file"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o700}
    (left,) = [path for path in _files(folder) if path.read_bytes() == b"mine alone"]
    orphan = left.with_name("0" * 64)
    orphan.write_bytes(b"a crash came before the message")
    _erase(served, first.id)
    with served.database.snapshot() as tx:
        assert tx.execute(select(func.count()).select_from(tables.attachments)).scalar_one() == 1
    sweep = FileSweep(served.database, AttachmentFiles(folder))
    sweep.look()
    assert len(_files(folder)) == 3, "a file may be older than its message"
    long_ago = time.time() - SETTLED_SECONDS - 1
    for path in _files(folder):
        os.utime(path, (long_ago, long_ago))
    sweep.look()
    assert {path.read_bytes() for path in _files(folder)} == {PNG}
    kept = second.read()["messages"][-1]["attachment"]["id"]
    assert second.client.get(f"{second.path}/attachments/{kept}").content == PNG


def _erase(served: Served, conversation_id: str) -> None:
    """What an eraser does: rows go by conversation, whatever refers to them goes along."""
    with served.database.transaction() as tx:
        for table in (tables.events, tables.suggestions, tables.tickets, tables.messages):
            tx.execute(delete(table).where(table.c.conversation_id == conversation_id))
        tx.execute(delete(tables.conversations).where(tables.conversations.c.id == conversation_id))


def test_a_damaged_or_missing_file_is_said_to_be(alone: tuple[Served, Path]) -> None:
    served, folder = alone
    visitor, _ = _with_person(served)
    sent = _send(visitor, PNG).json()["message"]["attachment"]["id"]
    (path,) = _files(folder)
    path.write_bytes(PNG[:-1])
    assert visitor.client.get(f"{visitor.path}/attachments/{sent}").json()["error"] == "unavailable"
    path.unlink()
    assert visitor.client.get(f"{visitor.path}/attachments/{sent}").status_code == 503
