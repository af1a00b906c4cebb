"""Owns the generation in service: loads it, swaps it for a newer one in one step. Refuses to serve none silently."""

from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path

from bot.errors import Unavailable
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.internal_runs import InternalWords
from kb_ingest.publish import NoGeneration, Store


class LiveIndex:
    """The current generation. A request takes `current()` once and works on that to its end."""

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self._store = Store(index_dir)
        self._index: KnowledgeIndex | None = None
        self._named: str | None = None
        self._swapping = threading.Lock()

    def current(self) -> KnowledgeIndex:
        """The generation in service; Unavailable when none has been built."""
        if self._index is None:
            self.refresh()
        if self._index is None:
            raise Unavailable(
                f"No knowledge index in {self.index_dir} yet. If yours is elsewhere, name it (--index or "
                "ANSWERDESK_INDEX_DIR); else run `python -m kb_ingest build --source ARTICLES --index "
                f"{self.index_dir}`, where ARTICLES is the folder of your articles (data/kb: the sample's)."
            )
        return self._index

    def internal_words(self, text: str, but: Collection[str] = ()) -> tuple[InternalWords, ...]:
        """Which internal articles in service a text has words of, but these; none while nothing is in service: what a
        person writes does not wait for an index."""
        try:
            return self.current().internal_runs.found(text, but)
        except Unavailable:
            return ()

    def refresh(self) -> bool:
        """Swap to what the pointer names now; True when the generation changed. Cheap when it did not."""
        with self._swapping:
            named = self._store.generation_id()
            # A start looks further than a pointer that is damaged: the last good generation answers.
            if self._index is not None and named in (None, self._named):
                return False
            try:
                found = self._store.current()
            except NoGeneration:
                return False
            if self._index is not None:
                # Questions go on with the old one meanwhile; at the start the index watch does it beside them.
                found.prepare()
            self._index, self._named = found, named
            return True

    def published(self) -> str | None:
        """The generation that readers are sent to, which may be newer than the one in service here; None: none is."""
        return self._store.generation_id()

    def forgotten(self) -> tuple[str, ...]:
        """Articles that were taken out with all that was made of them, and not published since."""
        return self._store.forgotten()

    @property
    def alarm(self) -> str | None:
        """What is wrong with the published generation, None when all is well."""
        return self._store.alarm

    def article(self, article_id: str, version: str | None = None) -> Article | None:
        """The published article, or the kept version of it as it was then."""
        published = self.current().articles.get(article_id)
        if version is None or (published is not None and published.version == version):
            return published
        return self._store.article(article_id, version)
