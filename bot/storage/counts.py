"""Owns counting since the start of the process, and what a transaction counts. Refuses what was rolled back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

COUNTED = "answerdesk_counted"


class Counts:
    """How many by name, since the start of the process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._guard = Lock()

    def add(self, *names: str) -> None:
        """One more of each."""
        with self._guard:
            self._counts.update(names)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many by name, as they stand now."""
        with self._guard:
            return dict(self._counts)


def count(tx: Connection, name: str) -> None:
    """One more of this name in the database's counts, once the transaction is committed."""
    tx.get_execution_options()[COUNTED].append(name)
