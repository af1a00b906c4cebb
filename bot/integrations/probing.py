"""Owns when a receiver that seems down is asked whether it is back, and how much it is given then. Refuses to send.

What failed keeps its schedule, whose pauses grow to a day; beside it two of those rows are tried every four seconds,
without spending a try. Once they get through the others follow, a batch after the other. Which ones is left to chance:
one that can never be delivered does not stand before the others.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from bot.events.outbox import EVENTS, Topic
from bot.integrations import delivery_queue
from bot.integrations.delivery_queue import Delivered
from bot.integrations.ticketing import Claimed
from bot.storage import clock

AT_ONCE = 2
EVERY_SECONDS = 4.0
# Where others arrive, what still fails after so many probes fails for what it is: the pause doubles then.
PATIENCE, MOST_DOUBLINGS = 5, 6


class Probing:
    """What one thread remembers from pass to pass; a new process asks at once."""

    def __init__(self) -> None:
        self._next = ""
        self._is_back = False
        # Of those that follow a probe: they do not hold up a second batch.
        self._overtaken: frozenset[int] = frozenset()
        self._others_arrive = False
        self._in_vain = 0

    def claim(
        self,
        tx: Connection,
        now: str,
        most: int,
        topics: Collection[Topic] = EVENTS,
        lease_seconds: float = delivery_queue.LEASE_SECONDS,
    ) -> tuple[Claimed, ...]:
        """At most `most` rows that are due, or if there is none, of those that failed and may be tried before."""
        due = delivery_queue.claim(tx, now, most, topics, lease_seconds)
        if due:
            return due
        limit = most if self._is_back else min(AT_ONCE, most) if now >= self._next else 0
        early = delivery_queue.claim_early(tx, now, limit, self._overtaken, topics, lease_seconds)
        if not early:
            self._is_back, self._overtaken = False, frozenset()
        return early

    def saw(self, now: str, batch: Collection[Claimed], came: Delivered) -> None:
        """What came of a batch that was claimed here."""
        arrived = came.delivered > 0
        if any(row.early_of for row in batch):
            self._is_back = arrived
            self._in_vain = 0 if arrived else self._in_vain + self._others_arrive
            self._others_arrive = arrived
            doublings = min(max(0, self._in_vain - PATIENCE), MOST_DOUBLINGS)
            self._next = clock.after(now, EVERY_SECONDS * 2**doublings)
            if came.delivered < len(batch):
                self._overtaken |= {row.id for row in batch}
        else:
            self._others_arrive |= arrived
            if came.failed:
                self._is_back, self._in_vain = False, 0
                self._next = min(self._next, clock.after(now, EVERY_SECONDS))
        if came.quiet:
            self._next, self._is_back = max(self._next, clock.after(now, came.quiet)), False
