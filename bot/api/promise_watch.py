"""Owns looking at the clock for the promises while serving. Refuses to decide what is due: promises.due does."""

from __future__ import annotations

import threading

import structlog

from bot.api.service import Service
from bot.errors import DeskError
from bot.promises import due
from bot.storage import clock

EVERY_SECONDS = 20.0
STOP_SECONDS = 5.0

_log = structlog.get_logger()


class PromiseWatch:
    """A thread that warns of promises due soon and marks those that were not kept."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="promise-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look is at once: the service may have been down when something became due."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is due now is found after the next start."""
        self._stopped.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._look()
            self._stopped.wait(EVERY_SECONDS)

    def _look(self) -> None:
        try:
            look(self._service)
        except DeskError as error:
            # A database that is busy: the next look finds the same.
            _log.warning("promises_not_looked_at", error=type(error).__name__)


def look(service: Service) -> None:
    """Do what the clock asks for now."""
    database, now = service.assistant.database, clock.now()
    with database.snapshot() as tx:
        if not due.anything(tx, now):
            return
    with database.transaction() as tx:
        ticked = due.tick(tx, now)
    for promise in (*ticked.warned, *ticked.broken):
        service.committed(promise.conversation_id)
    for promise in ticked.broken:
        _log.warning("promise_broken", promise_id=promise.id, ticket_id=promise.ticket_id, due_at=promise.due_at)
