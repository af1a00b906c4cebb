"""Owns reading the log for many streams: the same place is one query. Refuses to keep events."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread

from bot.events import log
from bot.events.log import Audience, Event
from bot.storage.engine import Database

THREADS = 4
PAGE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream is: everything of this conversation (None: of all) after event `after`."""

    conversation_id: str | None
    audience: Audience
    after: int


class SharedReader:
    """Use it from one event loop. A read takes a worker thread only while the query runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queued: dict[Place, asyncio.Task[Sequence[Event]]] = {}
        self._threads: CapacityLimiter | None = None

    async def read(self, place: Place) -> Sequence[Event]:
        """The next events after `place`, at most PAGE, oldest first."""
        task = self._queued.get(place)
        if task is None:
            task = self._queued[place] = asyncio.create_task(self._run(place))
        # One stream that goes away must not end the read of the others.
        return await asyncio.shield(task)

    async def _run(self, place: Place) -> Sequence[Event]:
        if self._threads is None:
            self._threads = CapacityLimiter(THREADS)
        async with self._threads:
            # From here on a newcomer may know of a commit that this query does not see: it gets its own.
            del self._queued[place]
            return await to_thread.run_sync(self._query, place, limiter=CapacityLimiter(1))

    def _query(self, place: Place) -> Sequence[Event]:
        with self._database.snapshot() as tx:
            return log.since(
                tx, place.after, conversation_id=place.conversation_id, audience=place.audience, limit=PAGE
            )
