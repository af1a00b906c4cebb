"""Owns a background thread that does one thing again and again while the service runs. Refuses to know what it does."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from bot.errors import DeskError

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two rounds unless woken, before the first, at least after each, and how long `stop` waits."""

    every: float
    first: float = 0.0
    pause: float = 0.0
    stop: float = 5.0


@dataclass(frozen=True, slots=True)
class PutOff:
    """What a round may fail with and the next one tries again, and the log line that says so; all else is a defect."""

    line: str
    errors: tuple[type[Exception], ...] = (DeskError,)
    level: int = logging.WARNING


def stop_together(stops: Sequence[Callable[[], None]]) -> None:
    """Call all at once: one after the other they would add up, each waiting for the round that runs."""
    with ThreadPoolExecutor(len(stops)) as pool:
        for stopped in [pool.submit(stop) for stop in stops]:
            stopped.result()


class Rounds(ABC):
    """A daemon thread named `name`; a subclass says what one round is."""

    def __init__(self, name: str, pace: Pace, put_off: PutOff) -> None:
        self._pace = pace
        self._put_off = put_off
        self._due = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def look(self) -> bool:
        """One round. True when there may be more to do right now."""

    def start(self) -> None:
        """Begin; what an earlier process left is found by the first round."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round soon, whatever its time."""
        self._due.set()

    def stop(self) -> None:
        """Begin no other round, and wait for the one that runs; what is left is found after the next start."""
        self._stopping.set()
        self._due.set()
        self._thread.join(self._pace.stop)

    def _run(self) -> None:
        self._due.wait(self._pace.first)
        self._due.clear()
        while not self._stopping.is_set():
            if not self._once():
                self._stopping.wait(self._pace.pause)
                self._due.wait(self._pace.every)
            self._due.clear()

    def _once(self) -> bool:
        try:
            return self.look()
        except self._put_off.errors as error:
            _log.log(self._put_off.level, self._put_off.line, error=type(error).__name__)
            return False
