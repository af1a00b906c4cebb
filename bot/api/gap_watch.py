"""Owns keeping the gap ledger up to date while serving. Refuses to hold up anything: it works beside the requests."""

from __future__ import annotations

import structlog

from bot.gaps import keep
from bot.rounds import Pace, PutOff, Rounds
from bot.turn import Assistant

PACE = Pace(every=600.0, first=30.0)
"""Half a minute after the start the first customers have been served."""

_log = structlog.get_logger()


class GapWatch(Rounds):
    """Looks for new gaps now and then, and asks the known ones again when woken: another generation answers."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__("gap-watch", PACE, PutOff("gaps_not_renewed"))
        self._assistant = assistant
        self._alone: frozenset[int] = frozenset()

    def look(self) -> bool:
        """Bring the ledger up to date; what the end of the process cuts off is made again later."""
        done = keep.renew(self._assistant.responder, self._assistant.database, self._alone)
        self._alone = done.alone
        if done.found or done.reopened:
            counts = {"found": len(done.found), "joined": done.joined, "reopened": len(done.reopened)}
            _log.info("gaps_renewed", **counts)
        return False
