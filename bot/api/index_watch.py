"""Owns noticing a new index generation while serving. Refuses to load one: live_index.py swaps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.errors import DeskError
from bot.retrieval.live_index import LiveIndex

POLL_SECONDS = 0.5
STOP_SECONDS = 5.0

_log = structlog.get_logger()


class IndexWatch:
    """A thread that looks at the pointer twice a second; requests go on with what they began with.

    `changed` is called in the thread, at its start (False) and after every swap (True).
    """

    def __init__(self, live: LiveIndex, changed: Callable[[bool], None]) -> None:
        self._live = live
        self._changed = changed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; waits for a swap in progress."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        self._live.current().prepare()
        self._tell(swapped=False)
        while not self._stopping.wait(POLL_SECONDS):
            self._look()

    def _look(self) -> None:
        try:
            if self._live.refresh():
                _log.info("index_swapped", generation=self._live.current().generation)
                self._tell(swapped=True)
        except OSError as error:
            # A full or unreadable disk: the loaded generation goes on answering.
            _log.error("index_not_readable", error=type(error).__name__)

    def _tell(self, *, swapped: bool) -> None:
        try:
            self._changed(swapped)
        except DeskError as error:
            # The database is busy or down: it is counted again with the next swap.
            _log.error("index_change_not_followed", error=type(error).__name__)
