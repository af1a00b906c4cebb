"""Owns looking now and then for customers' messages without an outcome. Refuses to know what becomes of one."""

from __future__ import annotations

import structlog

from bot import unanswered
from bot.api.service import Service
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=10.0)

_log = structlog.get_logger()


class UnansweredWatch(Rounds):
    """Takes up what a killed process left, and whatever else nobody is at work on any more."""

    def __init__(self, service: Service) -> None:
        super().__init__("unanswered-watch", PACE, PutOff("unanswered_not_taken_up"))
        self._service = service

    def look(self) -> bool:
        """Take up the next one, if there is one."""
        assistant = self._service.assistant
        found = unanswered.claim(assistant, clock.now())
        if found is None:
            return False
        unanswered.take_up(assistant, found)
        self._service.committed(found.message.conversation_id)
        self._service.metrics.taken_up.inc()
        about = {"conversation": found.message.conversation_id, "message": found.message.id}
        _log.warning("message_taken_up", tried_before=found.tried, **about)
        return True
