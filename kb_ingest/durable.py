"""Owns writing that survives a power cut: whole files replaced in one step, files and folders synced.

Refuses half-written files: what is not complete under its final name is not there at all.
"""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` under `path` in one step: a reader sees the old file or the new one, never a part."""
    move_in(path.with_name(f".{path.name}.{os.getpid()}.tmp"), path, content)
    sync_folder(path.parent)


def move_in(aside: Path, path: Path, content: bytes) -> None:
    """The same by way of `aside`, for many files of one folder: it is synced once, afterwards."""
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def sync_tree(folder: Path) -> None:
    """Sync every file of `folder`, then the folder itself."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make renames and removals inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
