"""Owns one look of the gate: both folders written, `python -m eval impact --json` run on them, what it says stored.

Refuses to import the evaluation, which stands to the right of the desk: what the terminal runs is what runs here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from bot.publishing import export, gate_cases, history, impact, manuscripts, publications, versions
from bot.publishing.impact import Impact, Kind
from bot.publishing.manuscripts import Manuscript
from bot.publishing.workbench import Workbench
from bot.settings import Settings

LONGEST_SECONDS = 1800.0
GATE = "gate"
CASES = "cases"
BLOCKED = 1
_LAST = 600


class Running:
    """The child at work, so that a service that ends can end it."""

    def __init__(self) -> None:
        self.stopped = False
        self._gives_way = self._gave_way = False
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self.gate = threading.Lock()
        """Held by whoever works in the folder of the gate."""

    def run(self, command: list[str], seconds: float) -> tuple[int, str, str]:
        """Exit status, output and errors of our own command; -9 when it was killed or took too long.

        It ends with this process, kill -9 included: two at work in one folder would spoil each other's files.
        """
        with _held_pipe() as stdin:
            with self._lock:
                if self.stopped:
                    return -9, "", "the service is ending"
                self._child = child = subprocess.Popen(  # noqa: S603 - our own command
                    [*command, "--while-stdin-open"],
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            try:
                said, wrong = child.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                said, wrong = child.communicate()
        return child.returncode, said, wrong

    def look(self, command: list[str], seconds: float) -> tuple[int, str, str] | None:
        """The same for a look of the gate, which takes minutes and gives way; None: it is to be made again."""
        self._gives_way, self._gave_way = True, False
        try:
            done = self.run(command, seconds)
        finally:
            self._gives_way = False
        return None if self.stopped or self._gave_way else done

    def give_way(self) -> None:
        """End the child if it is a look of the gate: something cannot wait for it."""
        with self._lock:
            if self._gives_way:
                self._gave_way = True
                self._end()

    @contextmanager
    def gate_at_rest(self) -> Iterator[None]:
        """No look is made meanwhile; one that is being made gives way, and is made again."""
        while not self.gate.acquire(timeout=0.1):
            self.give_way()
        try:
            yield
        finally:
            self.gate.release()

    def stop(self) -> None:
        """End the child, if any, and start no other."""
        with self._lock:
            self.stopped = True
            self._end()

    def _end(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.kill()


@contextmanager
def _held_pipe() -> Iterator[int]:
    """What a child can read from as long as this process lives; nothing ever comes."""
    reading, held = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(held)


def run(bench: Workbench, asked: Impact, running: Running) -> bool:
    """Make this look and store what came of it; False: it was cut short, and is to be made again."""
    with running.gate:
        return _run(bench, asked, running)


def _run(bench: Workbench, asked: Impact, running: Running) -> bool:
    with bench.database.transaction() as tx:
        impact.begun(tx, asked.key)
        manuscript = manuscripts.load(tx, asked.manuscript_id)
        in_service = _when_asked(tx, manuscript, asked)
        cases = gate_cases.folder(tx, bench, bench.folder / CASES)
    home = bench.folder / GATE
    before, after = bench.git or home / "before", home / "after"
    if bench.git is None:
        with_it = _with(in_service, manuscript.path, asked.text)
        goes = asked.kind is Kind.EXPIRE
        export.write(before, with_it if goes else in_service)
        export.write(after, _with(with_it, manuscript.path, "") if goes else with_it)
    else:
        shutil.rmtree(after, ignore_errors=True)
        shutil.copytree(bench.git, after, ignore=shutil.ignore_patterns(".git"))
        export.put(after, manuscript.path, asked.text if asked.kind is Kind.PUBLISH else None)
    looked = running.look(command(bench, before, after, cases), LONGEST_SECONDS)
    shutil.rmtree(bench.folder / CASES, ignore_errors=True)  # what was erased meanwhile is to be in no copy
    if looked is None:
        return False
    status, said, wrong = looked
    done = status in (0, BLOCKED) and said.lstrip().startswith("{")
    with bench.database.transaction() as tx:
        if done:
            impact.finish(tx, asked.key, result=said)
        else:
            impact.finish(tx, asked.key, problem=wrong.strip()[-_LAST:] or f"the gate ended with status {status}")
    return True


def _when_asked(tx: Connection, manuscript: Manuscript, asked: Impact) -> Mapping[str, str]:
    """The articles in service, this one as it was then: what cannot wait comes into effect before the gate looks."""
    in_service, plans = manuscripts.in_service(tx), publications.of_manuscript(tx, manuscript.id)
    if not any(plan.done_at and plan.done_at >= asked.requested_at for plan in plans):
        return in_service
    earlier = versions.in_service_at(history.revisions_of(tx, manuscript.id), plans, asked.requested_at)
    return _with(in_service, manuscript.path, earlier.text if earlier else "")


def command(bench: Workbench, before: Path, after: Path, cases: Path) -> list[str]:
    """What a person would type, with the settings of this service."""
    places = ["--kb", str(before), "--cases", str(cases), "--work", str(bench.folder)]
    gate = [sys.executable, "-m", "eval", "impact", str(after), *places, "--log", "--json"]
    return ["env", *environment(bench.settings), *gate]


def environment(settings: Settings) -> tuple[str, ...]:
    """The settings that decide what the gate finds, for `env`."""
    names = (
        "data_dir", "policies_dir", "prompts_dir", "calibration_file", "model_cache_dir", "embedder_model",
        "embedder_threads",
    )  # fmt: skip
    return tuple(f"ANSWERDESK_{name.upper()}={getattr(settings, name)}" for name in names)


def _with(files: Mapping[str, str], path: str, text: str) -> Mapping[str, str]:
    """The files with this one saying that; without it where it says nothing."""
    return {name: said for name, said in {**files, path: text}.items() if said}
