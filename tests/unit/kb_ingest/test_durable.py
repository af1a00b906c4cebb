"""A file is wholly the old one or wholly the new one, also on a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_ingest import durable


def test_a_full_disk_costs_neither_the_old_file_nor_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "baseline.json"
    durable.replace_file(file, b"as it was")
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        durable.replace_file(file, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["baseline.json"]
    assert file.read_bytes() == b"as it was"


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    durable.replace_file(device, b"new")
    assert device.is_char_device()
    with pytest.raises(IsADirectoryError):
        durable.replace_file(tmp_path, b"new")


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
