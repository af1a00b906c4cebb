"""Owns telling replicas of one database who has which ticket open. Refuses to be there for a service that is alone."""

from __future__ import annotations

import secrets
import time

from bot.desk import seats
from bot.events.hub import Hub, Seat
from bot.rounds import Pace, PutOff, Rounds
from bot.storage.engine import Database

PACE = Pace(every=2.0)
AGAIN = seats.LASTS / 2
"""Seconds after which the same is said again."""


class SeatWatch(Rounds):
    """Says what changed here, and tells this replica's desk what changed elsewhere."""

    def __init__(self, database: Database, hub: Hub) -> None:
        super().__init__("seat-watch", PACE, PutOff("seats_not_told"))
        self._database = database
        self._hub = hub
        self._replica = secrets.token_hex(8)
        self._said: frozenset[Seat] = frozenset()
        self._said_at = time.monotonic()

    def look(self) -> bool:
        """Writes only what is new or runs out: mostly nothing."""
        here = self._hub.seats_here()
        runs_out = bool(here) and time.monotonic() - self._said_at > AGAIN
        if here != self._said or runs_out:
            with self._database.transaction() as tx:
                seats.say(tx, self._replica, here)
            self._said, self._said_at = here, time.monotonic()
        with self._database.snapshot() as tx:
            others = seats.elsewhere(tx, self._replica)
        self._hub.seated_elsewhere(others)
        return False
