"""Owns an index that no folder holds, in the place of the live one. Refuses to look for a newer one."""

from __future__ import annotations

from pathlib import Path

from bot.retrieval.live_index import LiveIndex
from kb_ingest.index import KnowledgeIndex


class InMemory(LiveIndex):
    """The index that is given to it."""

    def __init__(self, held: KnowledgeIndex) -> None:
        super().__init__(Path())
        self._index = held
