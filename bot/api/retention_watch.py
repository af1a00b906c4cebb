"""Owns the day's round of the retention policy, and overwriting what was erased by whomever. Refuses to decide what."""

from __future__ import annotations

import time

import structlog

from bot.api.service import Service
from bot.errors import DeskError
from bot.privacy import retention
from bot.privacy.erase import scrub_pending
from bot.privacy.retention_policy import RetentionPolicy
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=1.0, first=1.0, stop=20.0)
"""A command that erases waits for this process to overwrite it."""
AFTER_FAILURE_SECONDS = 30.0

_log = structlog.get_logger()


class RetentionWatch(Rounds):
    """Looks every second; what was put off, or left by a kill, is done by the next look."""

    def __init__(self, service: Service, policy: RetentionPolicy) -> None:
        super().__init__("retention-watch", PACE, PutOff("not_erased_yet", (DeskError, OSError)))
        self._service = service
        self._policy = policy
        self._not_before = 0.0

    def look(self) -> bool:
        """The day's round if its time has come; then whatever is still to be overwritten."""
        if time.monotonic() >= self._not_before:
            # Until it has ended well: on a full disk each try writes a file for nothing.
            self._not_before = time.monotonic() + AFTER_FAILURE_SECONDS
            look(self._service, self._policy, clock.now())
            self._not_before = 0.0
        return False


def look(service: Service, policy: RetentionPolicy, now: str) -> None:
    """The same, at that moment."""
    database = service.assistant.database
    if retention.begin_day(database, policy, now):
        done = retention.apply(database, policy, service.files, now)
        for stock, rows in done.items():
            service.metrics.retention_removed.labels(stock).inc(rows)
        _log.info("retention_applied", **{str(stock): rows for stock, rows in done.items()})
    overwritten = scrub_pending(database)
    if overwritten:
        _log.info("erased_overwritten", erasures=overwritten)
