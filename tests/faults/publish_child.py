"""Owns the services that are killed while they publish. Started by test_publish_kill.

`publish_child.py publish|record_first`. For each line `HOW N HOME` of standard input a service is forked over the desk
in HOME and brings what is due into effect; it is killed with -9 at the N-th thing that it or its build does to a file
or the database (0: never): `together` with the build, as a machine that stops, or `alone`: the build goes on. Then
the count is printed, or `killed`. `record_first` is the negative control: it writes down that all is done, then begins.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
import sys
import time
from pathlib import Path
from types import ModuleType

# Some installed package ships a top-level `tests` too: say which one is meant.
sys.modules["tests"] = ModuleType("tests")
sys.modules["tests"].__path__ = [str(Path(__file__).parents[1])]

from sqlalchemy import event  # noqa: E402
from sqlalchemy.engine import Engine  # noqa: E402

from bot.publishing import effect, publications  # noqa: E402
from bot.publishing.publications import Receipt  # noqa: E402
from bot.publishing.reader import Reader  # noqa: E402
from bot.publishing.workbench import Workbench  # noqa: E402
from bot.retrieval.live_index import LiveIndex  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.storage import clock  # noqa: E402
from bot.storage.engine import open_database  # noqa: E402
from bot.storage.record import encode  # noqa: E402
from tests.faults.forget_child import TOUCHES  # noqa: E402
from tests.unit.bot.publishing.scene import InThisProcess  # noqa: E402

PATIENCE_SECONDS = 60


class Shared:
    """What service and build both see: how often something was touched, and how many builds are at work."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 16)

    def get(self, place: int) -> int:
        return int(struct.unpack_from("q", self._memory, 8 * place)[0])

    def add(self, place: int, step: int) -> int:
        struct.pack_into("q", self._memory, 8 * place, self.get(place) + step)
        return self.get(place)


TOUCHED, BUILDS = 0, 1


class InAChild(InThisProcess):
    """The build is a process of its own, which outlives a service that is killed alone."""

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self._shared = shared

    def run(self, command: list[str], seconds: float) -> tuple[int, str, str]:
        if "impact" in command:
            return super().run(command, seconds)
        ours, its = os.pipe()
        self._shared.add(BUILDS, 1)
        build = os.fork()
        if build == 0:
            status, said, _ = super().run(command, seconds)
            os.write(its, said.encode())
            self._shared.add(BUILDS, -1)
            os._exit(status)
        os.close(its)
        with os.fdopen(ours) as answer:
            said = answer.read()
        os.waitpid(build, 0)
        return 0, said, ""


def main(mode: str) -> None:
    for line in sys.stdin:
        how, number, home = line.split(maxsplit=2)
        shared = Shared()
        service = os.fork()
        if service == 0:
            os.setpgid(0, 0)
            _serve(mode, Path(home.strip()), int(number), shared, alone=how == "alone")
        _, status = os.waitpid(service, 0)
        until = time.monotonic() + PATIENCE_SECONDS
        while how == "alone" and shared.get(BUILDS) and time.monotonic() < until:
            time.sleep(0.01)
        _say("killed" if os.WIFSIGNALED(status) else str(shared.get(TOUCHED)))


def _serve(mode: str, home: Path, number: int, shared: Shared, *, alone: bool) -> None:
    settings = Settings(index_dir=home / "index", data_dir=home / "data")
    database = open_database(f"sqlite:///{home / 'desk.db'}")
    bench = Workbench(settings, database, LiveIndex(settings.index_dir), Reader())
    _dies_at(number, shared, alone=alone)
    if mode == "record_first":
        with database.transaction() as tx:
            for row in publications.due(tx, clock.now()):
                receipt = Receipt(None, "g", ())
                publications.finish(tx, row.id, receipt, encode(receipt))
    effect.bring_due(bench, InAChild(shared), clock.now())
    bench.reader.close()
    os._exit(0)


def _dies_at(number: int, shared: Shared, *, alone: bool) -> None:
    service = os.getpid()

    def touched(*_given: object) -> None:
        if shared.add(TOUCHED, 1) == number:
            (os.kill if alone else os.killpg)(service, signal.SIGKILL)

    sys.addaudithook(lambda what, _given: touched() if what in TOUCHES else None)
    event.listen(Engine, "before_cursor_execute", touched)
    event.listen(Engine, "commit", touched)


def _say(what: str) -> None:
    os.write(1, f"{what}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
