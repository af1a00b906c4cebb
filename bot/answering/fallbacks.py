"""Owns how often the extractive answer was shown instead of a rewrite, by reason. Refuses anything that was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock


class Fallbacks:
    """Counts since the start of the process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._guard = Lock()

    def add(self, reason: str) -> None:
        """One more."""
        with self._guard:
            self._counts[reason] += 1

    @property
    def counts(self) -> Mapping[str, int]:
        """How many by reason, as they stand now."""
        with self._guard:
            return dict(self._counts)
