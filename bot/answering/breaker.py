"""Owns the circuit breaker in front of a server that fails. Refuses to call anything itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
OPEN_SECONDS = 30.0


class Breaker:
    """Closed: calls pass. After `failures` in a row it opens; after `seconds` one call is let through to try."""

    def __init__(
        self, failures: int = FAILURES, seconds: float = OPEN_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._open_until = 0.0
        self._guard = threading.Lock()

    def admits(self) -> bool:
        """Whether a call may be made now; True once per period while open."""
        with self._guard:
            if self._failed < self._allowed:
                return True
            if self._clock() < self._open_until:
                return False
            self._open_until = self._clock() + self._seconds
            return True

    def succeeded(self) -> None:
        """The call worked: closed."""
        with self._guard:
            self._failed = 0

    def failed(self) -> None:
        """The call did not work: one nearer to open, or open for another period."""
        with self._guard:
            self._failed += 1
            self._open_until = self._clock() + self._seconds
