"""Owns the child processes of a run: workers that take orders, servers that answer questions. Refuses to share one.

Every child ends with its `with` block, whatever happened in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psutil

from bot.serve import listen
from eval.bench import load
from eval.bench.worker import Do, Role

WORKER = "eval.bench.worker"
PLAIN_SERVICE = "eval.bench.plain_search"
LOCAL = "127.0.0.1"
START_SECONDS = 300.0
POLL_SECONDS = 0.02
ENDING_SECONDS = 20.0
UNLIMITED = ("ANSWERDESK_IP_REQUESTS_PER_MINUTE=100000000", "ANSWERDESK_LOG_LEVEL=WARNING")
"""One machine asks everything here, which the limit per address is there to stop; a plain server logs no requests."""


class ChildFailed(Exception):
    """A process of the run ended or did not start; the message holds the end of what it printed."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished order: seconds on the clock, processor seconds, what it gave, the most memory so far in MB."""

    wall: float
    cpu: float
    value: Any
    peak_mb: float


class Worker:
    """One worker process of a role; ready, with its model loaded, when the block begins."""

    def __init__(self, role: Role, log: Path) -> None:
        self._command = (sys.executable, "-m", WORKER, role)
        self._log = log

    def __enter__(self) -> Worker:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self._answer()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _end(self._process)

    def do(self, what: Do, **given: object) -> Done:
        """Give an order and wait for its end. ChildFailed when the worker ends instead."""
        print(json.dumps({"do": what, **given}), file=self._pipe(self._process.stdin), flush=True)
        return Done(**self._answer())

    def _answer(self) -> Any:
        line = self._pipe(self._process.stdout).readline()
        if not line:
            raise ChildFailed(_tail(self._log))
        return json.loads(line)

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise ChildFailed("the worker has no pipe")
        return pipe


class Server:
    """One server process; it has answered `first` when the block begins. `path` is its search route."""

    def __init__(self, command: Sequence[str], port: int, path: str, log: Path, first: str) -> None:
        self._command = command
        self._log = log
        self._first = first
        self.port = port
        self.path = path
        self.start_seconds = 0.0
        self.start_cpu = 0.0

    def __enter__(self) -> Server:
        started = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        answers = False
        try:
            while not (answers := self._answers()):
                self._still_starting(started)
                time.sleep(POLL_SECONDS)
        finally:
            if not answers:
                _end(self._process)
        self.start_seconds, self.start_cpu = time.perf_counter() - started, self.cpu
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _end(self._process)

    def ask(self, question: str) -> bytes:
        """The bytes of one answer."""
        return load.ask(self.port, self.path, question)

    @property
    def cpu(self) -> float:
        """Processor seconds since it started."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def resident_mb(self) -> float:
        """Memory in RAM now."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 2**20

    def _answers(self) -> bool:
        try:
            self.ask(self._first)
        except OSError:
            return False
        return True

    def _still_starting(self, started: float) -> None:
        if self._process.poll() is not None or time.perf_counter() - started > START_SECONDS:
            raise ChildFailed(_tail(self._log))


def our_server(index: Path, data: Path, log: Path, first: str) -> Server:
    """`python -m bot serve` without limits per address."""
    port = _free_port()
    # `env` sets what our settings read, without this process reading or writing its own environment.
    command = (
        "/usr/bin/env", *UNLIMITED, sys.executable, "-m", "bot", "serve", "--index", str(index),
        "--data", str(data), "--host", LOCAL, "--port", str(port),
    )  # fmt: skip
    return Server(command, port, "/v1/search", log, first)


def plain_server(folder: Path, log: Path, first: str) -> Server:
    """The baseline's service."""
    port = _free_port()
    command = (sys.executable, "-m", PLAIN_SERVICE, str(folder), str(port))
    return Server(command, port, "/search", log, first)


def _free_port() -> int:
    with listen(LOCAL, 0) as probe:
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return f"see {log}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
