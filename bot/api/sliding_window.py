"""Owns counting uses of one thing per minute: this minute's, and the last one's by the share of it still in sight.

Refuses to wait or to start threads: a count costs a microsecond, and every request makes one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 60.0
SOON = 0.001
"""At the very moment at which there is room again, a division may still say that there is none."""


@dataclass(slots=True)
class _Uses:
    """Of one name: in minute number `minute`, and in the minute before it."""

    minute: int
    count: int = 0
    before: int = 0


class SlidingWindow:
    """At most `limit` uses of each name in any minute, to within the evenness of the last one. For many threads."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds; it never goes back."""
        self._limit = limit
        self._clock = clock
        self._uses: dict[str, _Uses] = {}
        self._minute = 0
        self._guard = threading.Lock()

    def use(self, name: str) -> float:
        """Count one use and give 0; over the limit count nothing and give the seconds until there is room."""
        with self._guard:
            now = self._clock()
            minute = int(now // SECONDS)
            self._forget(minute)
            uses = self._at(name, minute)
            passed = now - minute * SECONDS
            if uses.count + uses.before * (1 - passed / SECONDS) < self._limit:
                uses.count += 1
                return 0.0
            return self._until_room(uses, passed)

    def _at(self, name: str, minute: int) -> _Uses:
        uses = self._uses.setdefault(name, _Uses(minute))
        if uses.minute < minute:
            uses.before = uses.count if uses.minute == minute - 1 else 0
            uses.minute, uses.count = minute, 0
        return uses

    def _until_room(self, uses: _Uses, passed: float) -> float:
        room = self._limit - uses.count
        share = 1 - room / uses.before if room > 0 else 1.0
        return SECONDS * share - passed + SOON

    def _forget(self, minute: int) -> None:
        """Once a minute, names that were not used in this one or the last: strangers must not fill the memory."""
        if minute != self._minute:
            self._minute = minute
            self._uses = {name: uses for name, uses in self._uses.items() if uses.minute >= minute - 1}
