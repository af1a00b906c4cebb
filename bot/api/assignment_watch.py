"""Owns giving out tickets while serving: what was not taken in time, what waits when somebody has room again.

Refuses to choose whom: desk/assignment.py does, in one transaction.
"""

from __future__ import annotations

import threading

import structlog

from bot.desk import assignment
from bot.errors import DeskError
from bot.events.hub import Hub
from bot.handoff.policies import HandoffPolicies
from bot.storage.engine import Database

EVERY_SECONDS = 10.0
"""So late at most a ticket goes on that nobody took."""
PAUSE_SECONDS = 0.5
"""Between two looks, however often it is woken."""
STOP_SECONDS = 5.0

_log = structlog.get_logger()


class AssignmentWatch:
    """A thread that looks now and then, and as soon as somebody at the desk did something."""

    def __init__(self, database: Database, policies: HandoffPolicies, hub: Hub) -> None:
        self._database = database
        self._policies = policies
        self._hub = hub
        self._due = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="assignment-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look is at once: a restart must not hold tickets up."""
        self._thread.start()

    def wake(self) -> None:
        """Look soon: something changed."""
        self._due.set()

    def stop(self) -> None:
        """Stop; what was not given out is found at the next start."""
        self._stop.set()
        self._due.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._due.clear()
            self._look()
            self._stop.wait(PAUSE_SECONDS)
            self._due.wait(EVERY_SECONDS)

    def _look(self) -> None:
        try:
            with self._database.snapshot() as tx:
                due = assignment.is_due(tx)
            if due:
                self._give_out()
        except DeskError as error:
            # A database that is busy: the next look finds the same.
            _log.warning("tickets_not_given_out", error=type(error).__name__)

    def _give_out(self) -> None:
        with self._database.transaction() as tx:
            given = assignment.give_out(tx, self._policies.workload)
        for conversation_id in given.conversations:
            self._hub.wake(conversation_id)
        if given.offers or given.missed:
            _log.info("tickets_given_out", given=len(given.offers), missed=given.missed)
