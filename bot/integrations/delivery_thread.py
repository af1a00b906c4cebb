"""Owns a thread that delivers rows of the outbox while the service runs. Refuses to keep state of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Unavailable
from bot.integrations.delivery_queue import Delivered
from bot.storage import clock

POLL_SECONDS = 2.0
STOP_SECONDS = 10.0

_log = structlog.get_logger()


class DeliveryThread:
    """Delivers what is due every two seconds, and at once after `wake`; nothing is lost if it never runs.

    `deliver` makes one bounded pass for a moment (ISO UTC); `name` begins its log lines.
    """

    def __init__(self, name: str, deliver: Callable[[str], Delivered]) -> None:
        self._name = name
        self._pass = deliver
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin delivering, first of all what an earlier process left behind."""
        self._thread.start()

    def wake(self) -> None:
        """Say, after a commit, that a row may have been queued."""
        self._woken.set()

    def stop(self) -> None:
        """Let the pass that runs finish, at most STOP_SECONDS; a row cut off is due again after its lease."""
        self._stopping.set()
        self._woken.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._deliver():
                self._woken.wait(POLL_SECONDS)

    def _deliver(self) -> bool:
        """True when there may be more to deliver right now."""
        try:
            done = self._pass(clock.now())
        except (SQLAlchemyError, Unavailable) as error:
            _log.error(f"{self._name}_database_error", error=type(error).__name__)
            return False
        if done.failed or done.dead:
            _log.warning(f"{self._name}_not_delivered", failed=done.failed, dead=done.dead)
        return done.delivered > 0
