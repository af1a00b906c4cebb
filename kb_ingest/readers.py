"""Owns who answers from an index: one file for each serving process, in which it says from which generation, and what
of which article it had to take back for that.

Refuses to trust a process id: a process holds a lock on its file as long as it lives, kill -9 included, and a file that
nobody holds is removed.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

PATIENCE = 20.0
"""Seconds that a receipt waits for: loading a large base on a busy machine takes some of them."""
_LOOKS = 0.05
_FOLDER = "readers"

TakenBack = Mapping[str, Mapping[str, int]]
"""Place → article → how much that was drawn from it lay there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a process says of itself: `generation` is empty until it answers; `at` is UTC, ISO 8601."""

    process: str
    generation: str = ""
    at: str = ""
    taken_back: TakenBack = field(default_factory=dict)


class Reader:
    """This process, from the moment at which it may answer to its end."""

    def __init__(self, index_dir: Path, process: str) -> None:
        folder = index_dir / _FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._process = process
        self._path = folder / f"{uuid4().hex}.json"
        self._file = self._path.open("xb")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._write(Standing(process))

    def tell(self, generation: str, taken_back: TakenBack) -> None:
        """From now on nothing older than `generation` answers here."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(Standing(self._process, generation, at, {place: dict(of) for place, of in taken_back.items()}))

    def close(self) -> None:
        """It answers no more."""
        self._path.unlink(missing_ok=True)
        self._file.close()

    def _write(self, standing: Standing) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(asdict(standing)).encode())
        self._file.flush()


def followed(index_dir: Path, generation: str, seconds: float) -> tuple[Standing, ...]:
    """Every process that answers from the index: when all do from `generation`, or when the time is over."""
    ends = time.monotonic() + seconds
    while True:
        found = tuple(_living(index_dir / _FOLDER))
        if all(each.generation == generation for each in found) or time.monotonic() > ends:
            return found
        time.sleep(_LOOKS)


def _living(folder: Path) -> Iterator[Standing]:
    for path in sorted(folder.glob("*.json")):
        with suppress(FileNotFoundError), path.open("rb") as file:
            if not _is_held(file):
                if file.read(1):  # an empty one is of a process that is about to hold it
                    path.unlink(missing_ok=True)
                continue
            try:
                yield Standing(**json.loads(file.read()))
            except ValueError:  # it is being written
                yield Standing("")


def _is_held(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
