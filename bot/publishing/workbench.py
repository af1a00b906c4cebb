"""Owns what the verbs of publishing work on: database, live index, reader, folders. Refuses behaviour of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.publishing.reader import Reader
from bot.retrieval.live_index import LiveIndex
from bot.settings import Settings
from bot.storage.engine import Database

FOLDER = "publishing"


@dataclass(frozen=True, slots=True)
class Workbench:
    """The parts; wired once by the app."""

    settings: Settings
    database: Database
    live: LiveIndex
    reader: Reader

    @property
    def folder(self) -> Path:
        """Where exports and the gate's own files lie; all of it can be made again."""
        return self.settings.data_dir / FOLDER

    @property
    def git(self) -> Path | None:
        """The folder that is the truth; None where articles are published here."""
        return Path(self.settings.articles_dir) if self.settings.articles_dir else None
