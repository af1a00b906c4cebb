"""Owns writing that survives a power cut: whole files replaced in one step, files and folders synced.

Refuses half-written files: what is not complete under its final name is not there at all.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` under `path` in one step: a reader sees the old file or the new one, never a part.

    What is there and no file (a pipe, a device) is written to; a folder is an IsADirectoryError.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    move_in(path.with_name(f".{path.name}.{os.getpid()}.tmp"), path, content)
    sync(path.parent)


def move_in(aside: Path, path: Path, content: bytes) -> None:
    """The same by way of `aside`, for many files of one folder: it is synced once, afterwards."""
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise


def sync_tree(folder: Path) -> None:
    """Sync every file of `folder`, then the folder itself."""
    for path in sorted(folder.iterdir()):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Make what was written to a file, or renamed and removed inside a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
