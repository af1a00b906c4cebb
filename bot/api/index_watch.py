"""Owns noticing a new index generation while serving. Refuses to load one: live_index.py swaps."""

from __future__ import annotations

import logging
from collections.abc import Callable

import structlog

from bot.errors import DeskError
from bot.retrieval.live_index import LiveIndex
from bot.rounds import Pace, PutOff, Rounds

PACE = Pace(every=0.5)

_log = structlog.get_logger()


class IndexWatch(Rounds):
    """Looks at the pointer twice a second; requests go on with what they began with. On a full or unreadable disk the
    loaded generation goes on answering.

    `changed` is called in the thread, at its start (False) and after every swap (True).
    """

    def __init__(self, live: LiveIndex, changed: Callable[[bool], None]) -> None:
        super().__init__("index-watch", PACE, PutOff("index_not_readable", (OSError,), logging.ERROR))
        self._live = live
        self._changed = changed
        self._prepared = False

    def look(self) -> bool:
        """Prepare what is loaded, in the first round; swap when there is another, in the later ones."""
        if not self._prepared:
            self._live.current().prepare()
            self._prepared = True
            self._tell(swapped=False)
        elif self._live.refresh():
            _log.info("index_swapped", generation=self._live.current().generation)
            self._tell(swapped=True)
        return False

    def _tell(self, *, swapped: bool) -> None:
        try:
            self._changed(swapped)
        except DeskError as error:
            # The database is busy or down: it is counted again with the next swap.
            _log.error("index_change_not_followed", error=type(error).__name__)
