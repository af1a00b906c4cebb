"""Owns telling that files were written, by their paths, sizes and times. Refuses to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path


def below(folder: Path) -> Iterator[str]:
    """The stamps of all files below the folder, in the order of their paths."""
    return of(sorted(path for path in folder.rglob("*") if path.is_file()))


def of(files: Iterable[Path]) -> Iterator[str]:
    """A line for each file, another one once the file is written again."""
    for file in files:
        facts = file.stat()
        yield f"{file} {facts.st_size} {facts.st_mtime_ns}"
