"""Owns how many tokens may go to a language model in a day. Refuses to remember across restarts or processes:
the provider's own limit is the second fence.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

DAY = 86_400


class TokenBudget:
    """Tokens of the running UTC day. A call reserves what it may cost at most and gives back what it did not use."""

    def __init__(self, a_day: int, clock: Callable[[], float] = time.time) -> None:
        self._a_day = a_day
        self._clock = clock
        self._day = 0
        self._spent = 0
        self._guard = threading.Lock()

    def reserve(self, tokens: int) -> bool:
        """False when the day's tokens do not cover the call."""
        with self._guard:
            today = int(self._clock() // DAY)
            if today != self._day:
                self._day, self._spent = today, 0
            if self._spent + tokens > self._a_day:
                return False
            self._spent += tokens
            return True

    def give_back(self, tokens: int) -> None:
        """Tokens that were reserved and not used."""
        with self._guard:
            self._spent = max(self._spent - tokens, 0)

    @property
    def spent(self) -> int:
        """Tokens reserved or used today."""
        with self._guard:
            return self._spent
