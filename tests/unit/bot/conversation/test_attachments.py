"""Which files are taken, what they are called, and where their bytes are."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import attachment_files
from bot.conversation.attachment_files import SETTLED_SECONDS, AttachmentFiles
from bot.conversation.attachment_kinds import LONGEST_NAME, PDF, PNG, TEXT, FileKind, file_name, kind_of
from bot.errors import BadRequest, Unavailable


@given(st.text(max_size=300))
def test_a_name_is_one_plain_part_with_a_fitting_ending(name: str) -> None:
    for kind in (PNG, PDF, TEXT):
        kept = file_name(name, kind)
        assert 0 < len(kept) <= LONGEST_NAME
        assert kept.endswith(kind.endings)
        assert not set(kept) & set('/\\:*?"<>|\x00\n\r\u202e')
        assert kept.encode("utf-8")
        assert not kept.startswith(".")


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_known_kind_or_refused(content: bytes) -> None:
    try:
        assert isinstance(kind_of(content), FileKind)
    except BadRequest:
        return


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"caf\xc3\xa9, 5 < 6 & <b>\n", TEXT), (b"a,b\r\n1,2\r\n", TEXT), (b"\x1b[31mred log\x1b[0m", TEXT)],
)
def test_plain_text_is_what_people_can_read(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


def test_many_at_once_keep_the_same_content_once(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    digests: list[str] = []
    threads = [threading.Thread(target=lambda: digests.append(files.keep(b"the same" * 1000))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 12
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digests[0]]
    assert files.read(digests[0]) == b"the same" * 1000


def test_a_full_disk_is_a_clear_error_and_leaves_no_file_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        path.with_name(f".{path.name}.tmp").write_bytes(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attachment_files, "replace_file", full)
    files = AttachmentFiles(tmp_path)
    with pytest.raises(Unavailable):
        files.keep(b"content")
    (left,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    os.utime(left, (time.time() - SETTLED_SECONDS - 1,) * 2)
    assert files.sweep(lambda digests: set(digests)) == 1, "what is not whole is swept away, too"


def test_a_content_sent_again_is_not_swept_from_under_its_message(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    digest = files.keep(b"content")
    path = tmp_path / digest[:2] / digest
    os.utime(path, (time.time() - SETTLED_SECONDS - 1,) * 2)

    def sent_meanwhile(digests: object) -> set[str]:
        files.keep(b"content")
        return set()

    assert files.sweep(sent_meanwhile) == 0
    assert files.read(digest) == b"content"
