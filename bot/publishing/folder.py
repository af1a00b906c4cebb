"""Owns reading the folder that git has, for the console. Refuses all formats but Markdown: nobody edits others here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.publishing.take_in import File, Taken, take_in
from bot.publishing.workbench import Workbench
from bot.storage import file_stamps

ENDING = ".md"


def fingerprint(root: Path) -> str:
    """Changes when a file of the folder is added, removed or written."""
    return hashlib.sha256("\n".join(file_stamps.of(_files(root))).encode()).hexdigest()


def take_in_folder(bench: Workbench, root: Path, *, folder_is_truth: bool = True) -> Taken:
    """Bring the manuscripts up to the Markdown files of the folder."""
    files = [File(name, bench.reader.read(name, text)) for name, text in texts(root)]
    with bench.database.transaction() as tx:
        return take_in(tx, files, folder_is_truth=folder_is_truth)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Path and text of each Markdown file of the folder."""
    for name, content in contents(root):
        yield name, content.decode("utf-8", "replace")


def contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each Markdown file of the folder."""
    for path in _files(root):
        yield path.relative_to(root).as_posix(), path.read_bytes()


def _files(root: Path) -> Iterator[Path]:
    """As a build walks it: hidden files and folders are passed over."""
    for path in sorted(root.rglob(f"*{ENDING}")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and not hidden:
            yield path
