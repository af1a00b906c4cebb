"""Owns giving out tickets while serving: what was not taken in time, what waits when somebody has room again.

Refuses to choose whom: desk/assignment.py does, in one transaction.
"""

from __future__ import annotations

import structlog

from bot.desk import assignment
from bot.events.hub import Hub
from bot.handoff.policies import HandoffPolicies
from bot.rounds import Pace, PutOff, Rounds
from bot.storage.engine import Database

PACE = Pace(every=10.0, pause=0.5)
"""So late at most a ticket goes on that nobody took; half a second is between two looks, however often it is woken."""

_log = structlog.get_logger()


class AssignmentWatch(Rounds):
    """Looks now and then, and as soon as somebody at the desk did something; at once at the start: a restart must not
    hold tickets up."""

    def __init__(self, database: Database, policies: HandoffPolicies, hub: Hub) -> None:
        super().__init__("assignment-watch", PACE, PutOff("tickets_not_given_out"))
        self._database = database
        self._policies = policies
        self._hub = hub

    def look(self) -> bool:
        """Give out what is due."""
        with self._database.snapshot() as tx:
            due = assignment.is_due(tx)
        if due:
            self._give_out()
        return False

    def _give_out(self) -> None:
        with self._database.transaction() as tx:
            given = assignment.give_out(tx, self._policies.workload)
        for conversation_id in given.conversations:
            self._hub.wake(conversation_id)
        if given.offers or given.missed:
            _log.info("tickets_given_out", given=len(given.offers), missed=given.missed)
