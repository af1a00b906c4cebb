"""Owns the processes that do the measured work: `ours`, `plain` and `load`, each alone in one.

A worker takes one JSON order a line and answers with one line: wall seconds, processor seconds of its whole process,
and what the order gave. Models are loaded before the first order. Refuses to measure two things at once.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from eval.bench import load, plain, plain_search
from kb_ingest import build as building
from kb_ingest import embedder

Order = Callable[[Mapping[str, Any]], Any]


class Role(StrEnum):
    """What a process is for."""

    OURS = "ours"
    PLAIN = "plain"
    LOAD = "load"


class Do(StrEnum):
    """What a worker can be told."""

    EMBED = "embed"
    INGEST = "ingest"
    FORGET = "forget"
    FIRE = "fire"


@dataclass(slots=True)
class Clock:
    """Wall and processor seconds between entering and leaving `timed`."""

    wall: float = 0.0
    cpu: float = 0.0


def main(arguments: list[str]) -> None:
    """The one argument is the role; orders come from standard input until it closes."""
    orders = {Role.OURS: _ours, Role.PLAIN: _plain, Role.LOAD: _load}[Role(arguments[0])]()
    _answer({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        clock = Clock()
        with _timed(clock):
            value = orders[Do(order["do"])](order)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _answer({"wall": clock.wall, "cpu": clock.cpu, "value": value, "peak_mb": peak})


def _ours() -> Mapping[Do, Order]:
    """The product's own embedder and build, as `python -m kb_ingest build` calls them."""
    model = embedder.load()
    model.encode(["ready"])

    def embed(order: Mapping[str, Any]) -> int:
        return len(model.encode(order["texts"]))

    def ingest(order: Mapping[str, Any]) -> int:
        return building.build([Path(order["source"])], Path(order["folder"]), model).passages

    return {Do.EMBED: embed, Do.INGEST: ingest, Do.FORGET: _forget}


def _plain() -> Mapping[Do, Order]:
    encode = partial(plain_search.embed, plain_search.model())
    encode(["ready"])

    def embed(order: Mapping[str, Any]) -> int:
        return len(encode(order["texts"]))

    def ingest(order: Mapping[str, Any]) -> int:
        return plain.ingest(Path(order["source"]), Path(order["folder"]), encode)

    return {Do.EMBED: embed, Do.INGEST: ingest, Do.FORGET: _forget}


def _load() -> Mapping[Do, Order]:
    def fire(order: Mapping[str, Any]) -> list[float]:
        fired = load.fire(order["port"], order["path"], order["questions"], order["clients"])
        return [fired.seconds, *fired.latencies]

    return {Do.FIRE: fire}


def _forget(order: Mapping[str, Any]) -> None:
    """Remove an index, so that the next build starts from nothing."""
    shutil.rmtree(order["folder"], ignore_errors=True)


@contextmanager
def _timed(clock: Clock) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    clock.wall, clock.cpu = time.perf_counter() - wall, time.process_time() - cpu


def _answer(value: Mapping[str, Any]) -> None:
    print(json.dumps(value), flush=True)  # noqa: T201 - standard output is how a worker answers


if __name__ == "__main__":
    main(sys.argv[1:])
