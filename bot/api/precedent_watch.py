"""Owns keeping vectors of resolved tickets while serving. Refuses to hold anybody up: a few at a time."""

from __future__ import annotations

import structlog

from bot.precedents import vectors
from bot.rounds import Pace, PutOff, Rounds
from bot.turn import Assistant

PACE = Pace(every=60.0, first=20.0)

_log = structlog.get_logger()


class PrecedentWatch(Rounds):
    """Makes those that are lacking: of what was resolved since, and of all after an update or with another encoder."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__("precedent-watch", PACE, PutOff("precedents_not_kept"))
        self._assistant = assistant

    def look(self) -> bool:
        """Make some; true when there may be more to make."""
        assistant = self._assistant
        made = vectors.renew(assistant.responder, assistant.database, assistant.policies)
        if made:
            _log.info("precedents_kept", tickets=made)
        return made == vectors.AT_ONCE
