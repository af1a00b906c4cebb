"""Files of mails are kept by the rules of a chat's: told by their bytes, under a harmless name, not too many."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels import mail_files
from bot.channels.mail_body import Attachment
from bot.channels.read_mail import read_mail
from bot.conversation import attachments, messages
from bot.conversation.attachment_files import AttachmentFiles
from bot.conversation.attachments import MOST_BYTES, MOST_FILES
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.storage.engine import Database

HEAD = b"From: jo@example.org\r\nMessage-ID: <1@example.org>\r\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 60
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PDF_THAT_ACTS = b"%PDF-1.4\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"


def _kept(database: Database, folder: Path, mail: EmailMessage, tail: bytes = b"") -> list[tuple[Attachment, str]]:
    """Each attachment with the name under which it is to be saved."""
    incoming = read_mail(HEAD + mail.as_bytes() + tail)
    files = AttachmentFiles(folder)
    looked = mail_files.looked_at(files, incoming)
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="", language="en").conversation.id
        message = messages.append(tx, conversation, Speaker.CUSTOMER, "See the files.").message
        listed = mail_files.keep(tx, message, looked)
        stored = {one.file_id: attachments.load(tx, one.file_id, conversation) for one in listed if one.file_id}
    for one in stored.values():
        assert len(files.read(one.digest)) == one.attachment.size
    return [(one, stored[one.file_id].attachment.name if one.file_id else "") for one in listed]


def _mail(*parts: tuple[bytes, str, str]) -> EmailMessage:
    mail = EmailMessage()
    mail.set_content("See the files.")
    for content, media_type, name in parts:
        maintype, subtype = media_type.split("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return mail


def test_a_file_is_kept_under_a_harmless_name(database: Database, tmp_path: Path) -> None:
    mail = _mail(
        (PNG, "image/png", "../../etc/passwd"), (PNG + b"1", "image/png", ""), (PNG + b"2", "text/html", "page.html"),
        (b"log line", "application/x-sh", "C:\\run\\me.sh"),
    )  # fmt: skip
    kept = _kept(database, tmp_path, mail)
    assert [name for _, name in kept] == ["passwd.png", "unnamed.png", "page.html.png", "me.sh.txt"]
    assert all(one.file_id and not one.refused for one, _ in kept)
    assert all(path.parent.parent == tmp_path for path in tmp_path.glob("*/*"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SVG, "kind of file"), (b"<html><script>alert(1)</script>", "kind of file"),
        (b"MZ\x90\x00\x03", "kind of file"),
        (b"PK\x03\x04zip", "kind of file"), (PDF_THAT_ACTS, "holds a script"), (b"", "is empty"),
        (PNG + b"\x00" * MOST_BYTES, "at most 5 MB"),
    ],
)  # fmt: skip
def test_what_may_not_be_kept_is_named_with_the_reason(
    database: Database, tmp_path: Path, content: bytes, why: str
) -> None:
    (one, _), (fine, _) = _kept(database, tmp_path, _mail((content, "image/png", "a.png"), (PNG, "image/png", "b.png")))
    assert one.name == "a.png"
    assert why in one.refused
    assert one.file_id == ""
    assert fine.file_id, "the others are kept"


def test_a_mail_inside_and_one_that_was_cut_off(database: Database, tmp_path: Path) -> None:
    mail = _mail((PNG, "image/png", "a.png"))
    mail.add_attachment(_mail())
    (kept, _), (inside, _) = _kept(database, tmp_path, mail)
    assert (kept.refused, inside.refused) == ("", mail_files.MAIL_INSIDE)
    (cut, _), *_ = _kept(database, tmp_path, mail, tail=b"\n" * 10_000_000)
    assert (cut.file_id, cut.refused) == ("", mail_files.CUT_OFF)


def test_many_files_leave_room_for_those_that_are_sent_as_files(database: Database, tmp_path: Path) -> None:
    mail = _mail(*((PNG + bytes([number]), "image/png", f"{number}.png") for number in range(MOST_FILES + 5)))
    for place, part in enumerate(mail.iter_attachments()):
        if place < 10:
            part.replace_header("Content-Disposition", "inline")
            part["Content-ID"] = f"<{place}@example.org>"
    kept = [one for one, _ in _kept(database, tmp_path, mail)]
    assert sum(bool(one.file_id) for one in kept) == MOST_FILES
    assert [one.inline for one in kept if one.refused] == [True] * 5
    assert {one.refused for one in kept if one.refused} == {f"A conversation has at most {MOST_FILES} files."}


def test_the_logo_below_every_mail_takes_room_once(database: Database, tmp_path: Path) -> None:
    logo = (PNG, "image/png", "logo.png")
    (one, _), (same, _) = _kept(database, tmp_path, _mail(logo, logo))
    assert one.file_id == same.file_id
