"""Owns one look of the gate: both folders written, `python -m eval impact --json` run on them, what it says stored.

Refuses to import the evaluation, which stands to the right of the desk: what the terminal runs is what runs here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from bot.publishing import export, impact, manuscripts
from bot.publishing.impact import Impact, Kind
from bot.publishing.workbench import Workbench
from bot.settings import Settings

LONGEST_SECONDS = 1800.0
GATE = "gate"
BLOCKED = 1
_LAST = 600


class Running:
    """The child at work, so that a service that ends can end it."""

    def __init__(self) -> None:
        self.stopped = False
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def run(self, command: list[str], seconds: float) -> tuple[int, str, str]:
        """Exit status, output and errors of our own command; -9 when it was killed or took too long."""
        with self._lock:
            if self.stopped:
                return -9, "", "the service is ending"
            self._child = child = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        try:
            said, wrong = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            said, wrong = child.communicate()
        return child.returncode, said, wrong

    def stop(self) -> None:
        """End the child, if any, and start no other."""
        with self._lock:
            self.stopped = True
            if self._child is not None and self._child.poll() is None:
                self._child.kill()


def run(bench: Workbench, asked: Impact, running: Running) -> None:
    """Make this look and store what came of it; a service that ends leaves it to the next start."""
    with bench.database.transaction() as tx:
        impact.begun(tx, asked.key)
        manuscript = manuscripts.load(tx, asked.manuscript_id)
        in_service = manuscripts.in_service(tx)
    home = bench.folder / GATE
    before, after = bench.git or home / "before", home / "after"
    if bench.git is None:
        export.write(before, in_service)
        export.write(after, _edited(in_service, manuscript.path, asked))
    else:
        shutil.rmtree(after, ignore_errors=True)
        shutil.copytree(bench.git, after, ignore=shutil.ignore_patterns(".git"))
        export.put(after, manuscript.path, asked.text if asked.kind is Kind.PUBLISH else None)
    status, said, wrong = running.run(command(bench, before, after), LONGEST_SECONDS)
    if running.stopped:
        return
    done = status in (0, BLOCKED) and said.lstrip().startswith("{")
    with bench.database.transaction() as tx:
        if done:
            impact.finish(tx, asked.key, result=said)
        else:
            impact.finish(tx, asked.key, problem=wrong.strip()[-_LAST:] or f"the gate ended with status {status}")


def command(bench: Workbench, before: Path, after: Path) -> list[str]:
    """What a person would type, with the settings of this service."""
    places = ["--kb", str(before), "--cases", str(bench.cases), "--work", str(bench.folder)]
    gate = [sys.executable, "-m", "eval", "impact", str(after), *places, "--json"]
    return ["env", *environment(bench.settings), *gate]


def environment(settings: Settings) -> tuple[str, ...]:
    """The settings that decide what the gate finds, for `env`."""
    names = ("policies_dir", "prompts_dir", "calibration_file", "model_cache_dir", "embedder_model", "embedder_threads")
    return tuple(f"ANSWERDESK_{name.upper()}={getattr(settings, name)}" for name in names)


def _edited(files: Mapping[str, str], path: str, asked: Impact) -> Mapping[str, str]:
    if asked.kind is Kind.PUBLISH:
        return {**files, path: asked.text}
    return {name: text for name, text in files.items() if name != path}
