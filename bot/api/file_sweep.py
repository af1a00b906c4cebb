"""Owns removing files that no message has any more: erased ones, and what a crash left. Refuses to hold anything up."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import structlog

from bot.conversation import attachments
from bot.conversation.attachment_files import AttachmentFiles
from bot.errors import DeskError
from bot.storage.engine import Database

EVERY_SECONDS = 600.0
STOP_SECONDS = 5.0

_log = structlog.get_logger()


class FileSweep:
    """A thread that looks at once and then every ten minutes."""

    def __init__(self, database: Database, files: AttachmentFiles) -> None:
        self._database = database
        self._files = files
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="file-sweep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is left is swept after the next start."""
        self._over.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        self._look()
        while not self._over.wait(EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        try:
            gone = self._files.sweep(self._used)
            if gone:
                _log.info("files_swept", files=gone)
        except (DeskError, OSError) as error:
            # The database is busy, or a file cannot be removed: the next look finds the same.
            _log.warning("files_not_swept", error=type(error).__name__)

    def _used(self, digests: Iterable[str]) -> set[str]:
        with self._database.snapshot() as tx:
            return attachments.used(tx, digests)
