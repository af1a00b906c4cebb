"""Owns a thread that delivers rows of the outbox while the service runs. Refuses to keep state of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Unavailable
from bot.integrations.delivery_queue import Delivered
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=2.0, stop=10.0)

_log = structlog.get_logger()


class DeliveryThread(Rounds):
    """Delivers what is due every two seconds, and at once after `wake`, which is called after a commit; nothing is lost
    if it never runs, and a row cut off is due again after its lease.

    `deliver` makes one bounded pass for a moment (ISO UTC); `name` begins its log lines.
    """

    def __init__(self, name: str, deliver: Callable[[str], Delivered]) -> None:
        put_off = PutOff(f"{name}_database_error", (SQLAlchemyError, Unavailable), logging.ERROR)
        super().__init__(name, PACE, put_off)
        self._name = name
        self._pass = deliver

    def look(self) -> bool:
        """One pass."""
        done = self._pass(clock.now())
        if done.failed or done.dead:
            _log.warning(f"{self._name}_not_delivered", failed=done.failed, dead=done.dead)
        return done.delivered > 0
