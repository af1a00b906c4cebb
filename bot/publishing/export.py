"""Owns writing manuscripts to a folder, for the programs that read one. Refuses to touch a folder it did not make."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The folder with these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, text in files.items():
        put(folder, path, text)
    return folder


def put(folder: Path, path: str, text: str | None) -> None:
    """One file of a folder; None takes it away."""
    target = folder / path
    if text is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())
