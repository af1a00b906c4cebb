"""Owns noticing a new index generation while serving, and saying when it is followed. Refuses to load one:
live_index.py swaps."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable

import structlog

from bot.errors import DeskError
from bot.retrieval.live_index import LiveIndex
from bot.rounds import Pace, PutOff, Rounds
from kb_ingest.readers import Reader, TakenBack

PACE = Pace(every=0.5)

_log = structlog.get_logger()


class IndexWatch(Rounds):
    """Looks at the pointer twice a second; requests go on with what they began with. On a full or unreadable disk the
    loaded generation goes on answering.

    `changed` is called in the thread, at its start (False) and after every swap (True), whoever made it, until it
    works: what it took back is told to whoever waits for this process before a receipt is given.
    """

    def __init__(self, live: LiveIndex, changed: Callable[[bool], TakenBack]) -> None:
        super().__init__("index-watch", PACE, PutOff("index_not_readable", (OSError,), logging.ERROR))
        self._live = live
        self._changed = changed
        self._prepared = False
        self._followed: str | None = None
        self._reader: Reader | None = None

    def start(self) -> None:
        """Begin; from now on who takes an article out of service waits for this process."""
        try:
            self._reader = Reader(self._live.index_dir, f"service on {socket.gethostname()} (process {os.getpid()})")
        except OSError as error:  # an index that may only be read
            _log.warning("index_reader_not_told", error=type(error).__name__)
        super().start()

    def stop(self) -> None:
        """Stop; nobody waits for this process any more."""
        super().stop()
        if self._reader is not None:
            self._reader.close()

    def look(self) -> bool:
        """Swap when there is another generation; prepare the first one, and follow each that is new."""
        self._live.refresh()
        if not self._prepared:
            self._live.current().prepare()
            self._prepared = True
        generation = self._live.current().generation
        if generation != self._followed:
            self._follow(generation)
        return False

    def _follow(self, generation: str) -> None:
        swapped = self._followed is not None
        try:
            taken = self._changed(swapped)
        except DeskError as error:
            # The database is busy or down: it is tried again in the next round.
            _log.error("index_change_not_followed", error=type(error).__name__)
            return
        if swapped:
            _log.info("index_swapped", generation=generation)
        if self._reader is not None:
            self._reader.tell(generation, taken)
        self._followed = generation
