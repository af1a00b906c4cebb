"""Owns keeping the gap ledger up to date while serving. Refuses to hold up anything: it works beside the requests."""

from __future__ import annotations

import threading

import structlog

from bot.errors import DeskError
from bot.gaps import keep
from bot.turn import Assistant

FIRST_SECONDS = 30.0
"""After the start: by then the first customers have been served."""
EVERY_SECONDS = 600.0
STOP_SECONDS = 5.0

_log = structlog.get_logger()


class GapWatch:
    """A thread that looks for new gaps now and then, and asks the known ones again as soon as a generation is new."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._due = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="gap-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look is FIRST_SECONDS later, or when woken."""
        self._thread.start()

    def wake(self) -> None:
        """Look now: another generation answers."""
        self._due.set()

    def stop(self) -> None:
        """Stop; a check in progress is given up when the process ends, and is made again later."""
        self._stopping = True
        self._due.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        self._due.wait(FIRST_SECONDS)
        while not self._stopping:
            self._due.clear()
            self._look()
            self._due.wait(EVERY_SECONDS)

    def _look(self) -> None:
        try:
            done = keep.renew(self._assistant.responder, self._assistant.database)
            if done.found or done.reopened:
                counts = {"found": len(done.found), "joined": done.joined, "reopened": len(done.reopened)}
                _log.info("gaps_renewed", **counts)
        except DeskError as error:
            # No index yet, or a database that is busy: the next look finds the same.
            _log.warning("gaps_not_renewed", error=type(error).__name__)
