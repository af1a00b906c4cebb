"""Owns the clock of publishing while serving: what is due comes into effect, what was asked of the gate is looked at.

Refuses to hold up anything: builds and looks are processes of their own, one at a time, beside the requests.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import structlog

from bot.errors import DeskError
from bot.publishing import effect, folder, impact, impact_job
from bot.publishing.impact_job import Running
from bot.publishing.workbench import Workbench
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=5.0)

_log = structlog.get_logger()


class PublishWatch(Rounds):
    """Looks at the rows now and then, and as soon as somebody asked; the first look is at the start, so that what was
    missed while nothing ran is done then. A full disk puts a row off, it loses none."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__("publish-watch", PACE, PutOff("publishing_put_off", (DeskError, OSError)))
        self._bench = bench
        self._running = Running()
        self._seen: str | None = None

    def hurry(self) -> None:
        """Begin the next round now: a look of the gate that is being made gives way, and is made again."""
        self._running.give_way()
        self.wake()

    def gate_at_rest(self) -> AbstractContextManager[None]:
        """No look is made meanwhile, so that what the gate keeps can be removed."""
        return self._running.gate_at_rest()

    def stop(self) -> None:
        """Stop; what is being built or looked at is given up, and made again at the next start."""
        self._running.stop()
        super().stop()
        self._bench.reader.close()

    def look(self) -> bool:
        """True when there was something to do, and there may be more."""
        if self._bench.git is not None:
            self._follow(self._bench.git)
        count = effect.bring_due(self._bench, self._running, clock.now())
        if count:
            _log.info("published", publications=count, generation=self._bench.live.current().generation)
        with self._bench.database.snapshot() as tx:
            asked = impact.waiting(tx)
        if asked is not None and impact_job.run(self._bench, asked, self._running):
            _log.info("impact_looked_at", manuscript=asked.manuscript_id)
        return bool(count) or asked is not None

    def _follow(self, git: Path) -> None:
        """Take the folder in when it is not as it was at the last look."""
        now = folder.fingerprint(git)
        if now != self._seen:
            taken = folder.take_in_folder(self._bench, git)
            self._seen = now
            counts = {"added": taken.added, "changed": taken.changed, "gone": taken.gone}
            _log.info("articles_taken_in", **counts)
