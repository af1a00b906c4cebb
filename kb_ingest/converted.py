"""Owns the folder of a converted model: made once, in one step, and checked each time it is used.

Refuses a damaged copy: it is thrown away and made again. Knows nothing of the runtimes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from kb_ingest.durable import sync_tree

_log = logging.getLogger(__name__)

_GRAPH = "model.xml"
_SUMS = "SHA256SUMS"


class ConvertedModel:
    """One converted model under `folder/name`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._home = folder / name

    def path(self, convert: Callable[[Path], None]) -> Path:
        """The graph file; `convert(graph file)` writes it (and its weights beside it) when it is not there.
        """
        if not self._intact():
            self._make(convert)
        return self._home / _GRAPH

    def _intact(self) -> bool:
        try:
            return (self._home / _SUMS).read_text(encoding="utf-8") == _sums(self._home)
        except FileNotFoundError:
            return False

    def _make(self, convert: Callable[[Path], None]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{self._home.name}.{uuid4().hex}"
        aside.mkdir()
        try:
            convert(aside / _GRAPH)
            (aside / _SUMS).write_text(_sums(aside), encoding="utf-8")
            sync_tree(aside)
            self._put(aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _put(self, aside: Path) -> None:
        if self._intact():  # another process was faster
            return
        shutil.rmtree(self._home, ignore_errors=True)
        os.replace(aside, self._home)


@contextmanager
def at_hand(folder: Path, name: str, convert: Callable[[Path], None]) -> Iterator[Path]:
    """The graph file of the model kept there; where nothing can be kept, of one that is made for this once."""
    try:
        kept = ConvertedModel(folder, name).path(convert)
    except OSError as error:
        _log.warning(
            "The converted model cannot be kept in %s (%s): each start makes it again, which takes half a minute. "
            "Name a folder that can be written with --model-cache or ANSWERDESK_MODEL_CACHE_DIR.",
            folder, error.strerror,
        )  # fmt: skip
        with TemporaryDirectory() as passing:
            yield ConvertedModel(Path(passing), name).path(convert)
    else:
        yield kept


def _sums(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.name != _SUMS)
    return "".join(f"{sha256_of(path)}  {path.name}\n" for path in files)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
