"""Owns the bytes of attachments: one file for each content, named by its SHA-256. Refuses half-written files."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.errors import Unavailable
from kb_ingest.durable import replace_file

FOLDER = "attachments"
SETTLED_SECONDS = 600
"""A file that was touched since may belong to a message that is being stored."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class AttachmentFiles:
    """A folder of files. Several replicas of the service must share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()

    def keep(self, content: bytes) -> str:
        """Have the content on the disk when this returns; its digest. Unavailable when it cannot be written."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        try:
            with self._guard:
                if path.exists():
                    os.utime(path)
                else:
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    replace_file(path, content)
        except OSError as error:
            raise Unavailable("The file could not be stored; nothing was sent.") from error
        return digest

    def read(self, digest: str) -> bytes:
        """The content; Unavailable when the file is gone or damaged."""
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise Unavailable("The file cannot be read at the moment.") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise Unavailable("The file is damaged; ask for it again.")
        return content

    def remove(self, digest: str) -> bool:
        """Take the content away at once; false when it was not there. Its caller knows that no message has it."""
        path = self._path(digest)
        with self._guard:
            there = path.exists()
            path.unlink(missing_ok=True)
        return there

    def sweep(self, used: Callable[[Iterable[str]], set[str]], settled: float = SETTLED_SECONDS) -> int:
        """Remove what lies here for `settled` seconds and is not among the digests that are `used`; how many."""
        gone = 0
        for folder in sorted(self._folder.glob("??")):
            old = [path for path in folder.iterdir() if _age(path) >= settled]
            wanted = used([path.name for path in old if _DIGEST.fullmatch(path.name)])
            with self._guard:
                for path in old:
                    # Looked at again: the same content may have been sent meanwhile.
                    if path.name not in wanted and _age(path) >= settled:
                        path.unlink(missing_ok=True)
                        gone += 1
        return gone

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
