"""Owns looking at the clock for the promises while serving. Refuses to decide what is due: promises.due does."""

from __future__ import annotations

import structlog

from bot.api.service import Service
from bot.promises import due
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=20.0)

_log = structlog.get_logger()


class PromiseWatch(Rounds):
    """Warns of promises due soon and marks those that were not kept, at once what became due while nothing ran."""

    def __init__(self, service: Service) -> None:
        super().__init__("promise-watch", PACE, PutOff("promises_not_looked_at"))
        self._service = service

    def look(self) -> bool:
        """Do what the clock asks for now."""
        look(self._service)
        return False


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
