"""Owns the parent's side of the child process: hands it one file after the other and outlives whatever it does.

Refuses to wait longer than the limit for one file: the child's whole process group is killed, that file is one error,
and the next file gets a fresh child. Refuses to blame a file for a fault of the program: that one is logged.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from kb_ingest.article import Problem, ProblemKind, Severity
from kb_ingest.formats.raw import RawArticle, Reading, refused

WALL_LIMIT = 15.0  # seconds for one file, the start of the child included
_log = logging.getLogger(__name__)
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_ANSWER_LIMIT = 20_000_000  # bytes


class _TimedOut(Exception):
    """The child said nothing in time."""


class _Died(Exception):
    """The child ended or broke its protocol."""


class _Fault(Exception):
    """The child met what none of its readers foresaw; the message is its traceback."""


@dataclass(slots=True)
class Sandbox:
    """At most one child at a time, started when the first file needs one. Use it as a context manager."""

    wall_limit: float = WALL_LIMIT
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    def read(self, path: Path, source: str) -> Reading:
        """Articles of one PDF, DOCX or HTML file. Never raises for a bad file."""
        child = self._child or self._start()
        try:
            return _reading(self._ask(child, {"path": str(path.resolve()), "source": source}))
        except _TimedOut:
            self._kill()
            return refused(
                source, ProblemKind.TIMEOUT, f"reading took over {self.wall_limit:.0f} s: save the file again"
            )
        except _Fault as fault:
            self._kill()
            _log.error("the reader of %s has a fault: %s", source, fault)
            name = str(fault).strip().rpartition("\n")[2].partition(":")[0]
            return refused(
                source, ProblemKind.UNREADABLE,
                f"left out by a fault of this program, not of the file ({name}): report it with the log, "
                "meanwhile save the file in another format",
            )  # fmt: skip
        except (_Died, OSError, ValueError, KeyError):
            self._kill()
            return refused(
                source, ProblemKind.UNREADABLE, "the file broke its reader: save it again in its own program"
            )

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(  # our own interpreter and module
            [sys.executable, "-m", "kb_ingest.formats.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=_PACKAGE_ROOT, env={"PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0"}, start_new_session=True,
        )  # fmt: skip
        return self._child

    def _ask(self, child: subprocess.Popen[bytes], request: dict[str, str]) -> bytes:
        if child.stdin is None or child.stdout is None:
            raise _Died
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
        deadline = time.monotonic() + self.wall_limit
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise _TimedOut
            piece = os.read(child.stdout.fileno(), 1 << 16)
            answer += piece
            if not piece or len(answer) > _ANSWER_LIMIT:
                raise _Died
        return bytes(answer)

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written has no reader any more
                    pipe.close()


def _reading(answer: bytes) -> Reading:
    record = json.loads(answer)
    if "fault" in record:
        raise _Fault(record["fault"])
    articles = tuple(
        RawArticle(**{**one, "fields": {key: _value(value) for key, value in one["fields"].items()}})
        for one in record["articles"]
    )
    problems = tuple(
        Problem(**{**one, "kind": ProblemKind(one["kind"]), "severity": Severity(one["severity"])})
        for one in record["problems"]
    )
    return Reading(articles, problems)


def _value(value: str | list[str]) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value
