"""Owns the health report of the live generation: made once for it, beside the requests, and kept.

Refuses to hold up anything: whoever asks too early is told that it is being made.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from bot.conversation import citations
from bot.errors import DeskError, Unavailable
from bot.knowledge import judgements
from bot.retrieval.live_index import LiveIndex
from bot.storage import clock
from bot.storage.engine import Database
from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding
from kb_ingest.health import Health, examine
from kb_ingest.index import KnowledgeIndex

COUNTED_DAYS = 90
"""How far back answers count as use of an article."""
RENEWED_DAYS = 1
"""Age from which a report is made again: review dates pass, and other articles are cited."""
PATIENCE_SECONDS = 60.0
_DAY_SECONDS = 86_400

Told = Callable[[Connection, Mapping[str, Article]], Iterable[Finding]]
"""Gives what the gate found in the articles and was published all the same."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Examined:
    """The report of one generation, and when it was made."""

    generation: str
    at: str
    health: Health


class KnowledgeHealth:
    """Gives the report of the generation in service; makes it in a thread of its own on first demand."""

    def __init__(self, live: LiveIndex, database: Database, told: Told) -> None:
        self._live = live
        self._database = database
        self._told = told
        self._made: Examined | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def current(self) -> Examined | None:
        """The report, None while it is being made; Unavailable without a generation."""
        index = self._live.current()
        made = self._made
        if made is not None and made.generation == index.generation and not _old(made):
            return made
        self._begin(index)
        return None

    def wait(self) -> Examined:
        """The report as soon as it is made; Unavailable when that takes longer than PATIENCE_SECONDS."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (made := self.current()) is None:
            thread = self._thread
            if thread is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
            if time.monotonic() >= deadline:
                raise Unavailable("The articles are still being looked at. Try again in a minute.")
        return made

    def _begin(self, index: KnowledgeIndex) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._make, args=(index,), name="health", daemon=True)
                self._thread.start()

    def _make(self, index: KnowledgeIndex) -> None:
        started = time.monotonic()
        now = clock.now()
        try:
            with self._database.snapshot() as tx:
                cited = citations.counts(tx, clock.after(now, -COUNTED_DAYS * _DAY_SECONDS))
                told = self._told(tx, index.articles)
                judged = judgements.lately(tx, index.ordered)
        except DeskError as error:
            # A database that is busy: the next look counts again.
            _log.warning("answers_not_counted", error=type(error).__name__)
            return
        health = examine(index.articles.values(), clock.read(now).date(), cited, told=told, judged=judged)
        self._made = Examined(index.generation, now, health)
        found = sum(count.found for count in health.counts)
        seconds = round(time.monotonic() - started, 1)
        _log.info("knowledge_examined", generation=index.generation, findings=found, seconds=seconds)


def _old(made: Examined) -> bool:
    return clock.after(made.at, RENEWED_DAYS * _DAY_SECONDS) < clock.now()
