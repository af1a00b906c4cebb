"""Owns removing files that no message has any more: erased ones, and what a crash left. Refuses to hold anything up."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.conversation import attachments
from bot.conversation.attachment_files import AttachmentFiles
from bot.errors import DeskError
from bot.rounds import Pace, PutOff, Rounds
from bot.storage.engine import Database

PACE = Pace(every=600.0)

_log = structlog.get_logger()


class FileSweep(Rounds):
    """Looks at once and then every ten minutes; a file that cannot be removed is tried again."""

    def __init__(self, database: Database, files: AttachmentFiles) -> None:
        super().__init__("file-sweep", PACE, PutOff("files_not_swept", (DeskError, OSError)))
        self._database = database
        self._files = files

    def look(self) -> bool:
        """Sweep."""
        gone = self._files.sweep(self._used)
        if gone:
            _log.info("files_swept", files=gone)
        return False

    def _used(self, digests: Iterable[str]) -> set[str]:
        with self._database.snapshot() as tx:
            return attachments.used(tx, digests)
