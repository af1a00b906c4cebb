"""Owns which files of a source are read and how they are opened.

Refuses symbolic links that lead out of the source, whatever is no regular file, and files over the size of
their format. Assets such as images and style sheets are passed over without a word.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MB = 1_000_000
SIZE_LIMITS = {
    ".md": 4 * _MB, ".markdown": 4 * _MB, ".mdx": 4 * _MB, ".html": 8 * _MB, ".htm": 8 * _MB,
    ".xhtml": 8 * _MB, ".docx": 40 * _MB, ".pdf": 60 * _MB, ".csv": 60 * _MB, ".tsv": 60 * _MB,
    ".jsonl": 1000 * _MB, ".jsonl.gz": 400 * _MB,
}  # fmt: skip
"""Largest file of each format, in bytes, by the ending of its name."""
_ASSETS = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".webp",
        ".ico",
        ".avif",
        ".bmp",
        ".css",
        ".scss",
        ".less",
        ".js",
        ".ts",
        ".map",
        ".woff",
        ".woff2",
        ".ttf",
        ".eot",
        ".otf",
        ".mp4",
        ".webm",
        ".mov",
        ".mp3",
        ".wav",
        ".yml",
        ".yaml",
        ".toml",
        ".json",
        ".xml",
        ".lock",
        ".gitignore",
        ".gitattributes",
        ".editorconfig",
    }
)
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "__MACOSX"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `name`: its path relative to the source, with slashes; `refusal`: why it may not be
    read.
    """

    path: Path
    name: str
    ending: str
    refusal: str = ""


class TooLarge(ValueError):
    """The file is over the limit of its format."""


def files_of(root: Path) -> Iterator[SourceFile]:
    """Every file of a folder in the order of its names, or the one file."""
    if not root.is_dir():
        yield _source_file(root, root.parent, root.name)
        return
    top = root.resolve()
    for folder, names, files in os.walk(root, followlinks=False):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        names[:] = sorted(
            name for name in names if name not in links and name not in _PASSED_OVER and not name.startswith(".")
        )
        for name in sorted([*files, *links]):
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.suffix.lower() not in _ASSETS:
                yield _source_file(path, top, path.relative_to(root).as_posix())


def _source_file(path: Path, top: Path, name: str) -> SourceFile:
    shown = name.encode("utf-8", "replace").decode()
    ending = ".jsonl.gz" if path.name.lower().endswith(".jsonl.gz") else path.suffix.lower()
    return SourceFile(path, shown, ending, _refusal(path, top))


def _refusal(path: Path, top: Path) -> str:
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(top.resolve()):
            return "the link leads out of the source folder: put the file itself here"
        if not stat.S_ISREG(path.stat().st_mode):
            return "this is no regular file: remove it"
    except (OSError, RuntimeError) as problem:  # RuntimeError: links in a circle
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else "links in a circle"
        return f"the file cannot be found: {reason}"
    return ""


def content(file: SourceFile) -> bytes:
    """All bytes of a file. Raises TooLarge or OSError."""
    check_size(file)
    return file.path.read_bytes()


def check_size(file: SourceFile) -> None:
    """Raises TooLarge for a file over the limit of its format, OSError where there is none."""
    limit = SIZE_LIMITS[file.ending]
    if (size := file.path.stat().st_size) > limit:
        raise TooLarge(f"the file has {size / _MB:.0f} MB, more than {limit // _MB} MB: split it")
