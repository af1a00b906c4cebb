"""A build killed at any point leaves readers one complete generation; the same harness breaks an in-place
writer.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from kb_ingest import build, index, manifest
from kb_ingest.index import KnowledgeIndex
from kb_ingest.manifest import Manifest
from kb_ingest.publish import Store
from tests.faults.ingest_scene import MOMENTS, edition_of, write_edition
from tests.hashing_embedder import HashingEmbedder

CHILD = Path(__file__).with_name("ingest_child.py")
SEED = 20261122
TURNS = 15
"""Of four kills each: on a fast disk a broken writer is seldom met in the middle."""


@dataclass
class Tally:
    """What a reader saw while builds were killed."""

    reads: int = 0
    editions: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.full)])
@pytest.mark.timeout(2400)
def test_killed_build_leaves_readers_one_complete_generation(kills: int, tmp_path: Path) -> None:
    store_dir = tmp_path / "index"
    first = tmp_path / "first"
    write_edition(first, 0)
    build.build([first], store_dir, HashingEmbedder())
    alarms: list[str] = []

    def read() -> KnowledgeIndex:
        store = Store(store_dir)
        found = store.current()
        if store.alarm:
            alarms.append(store.alarm)
        return found

    assert edition_of(read()) == 0
    with reader(read) as tally:
        tally.reads += 1
        unfinished = kill_builds("publish", store_dir, tmp_path / "sources", kills)
    print(
        f"seed {SEED}: {kills} kills, {unfinished} of them while a generation was being written, "
        f"{tally.reads} reads, {len(tally.editions)} editions seen, {len(tally.faults)} faults"
    )
    assert tally.faults == []
    assert alarms == []
    assert tally.reads > kills
    assert len(tally.editions) > 1, "no build was ever finished: the kills came too early to prove anything"
    assert_next_build_cleans_up(store_dir, tmp_path / "last")


@pytest.mark.timeout(300)
def test_harness_breaks_an_in_place_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = tmp_path / "live"
    monkeypatch.setattr(manifest, "read_folder", read_unchecked)
    with reader(lambda: index.load(live)) as tally:
        for turn in range(TURNS):
            kill_builds("in_place", live, tmp_path / f"sources-{turn}", 4)
            if tally.faults:
                break
    print(f"seed {SEED}: in-place writer, {tally.reads} reads, {len(tally.faults)} faults")
    assert tally.faults, "the harness does not notice a broken writer"


def read_unchecked(folder: Path) -> tuple[Manifest, dict[str, bytes]]:
    """What a reader without checksums does."""
    about = Manifest.of_bytes((folder / manifest.FILE_NAME).read_bytes())
    return about, {name: (folder / name).read_bytes() for name in about.files}


def kill_builds(how: str, index_dir: Path, sources: Path, kills: int) -> int:
    """Have a builder started and kill it, again and again; how often inside a write.

    By turns at a random point, within two and a half builds' time, measured on the first builder, so that most fall
    into a build; and, where generations are published, at the next of the named ones.
    """
    chance = random.Random(SEED)
    command = [sys.executable, str(CHILD), how, str(index_dir), str(sources)]
    builds = Builds()
    unfinished = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for kill in range(kills):
            named = MOMENTS[kill // 2 % len(MOMENTS)] if how == "publish" and kill % 2 else ""
            print(builds.edition + 1, named, file=parent.stdin, flush=True)
            if not named:
                builds.read(parent.stdout, editions=3 if kill == 0 else 1)
                time.sleep(chance.uniform(0, 2.5) * builds.seconds)
                os.kill(builds.builder, signal.SIGKILL)
            builds.read(parent.stdout)
            unfinished += any(index_dir.glob("generations/.building-*"))
        parent.stdin.close()
    return unfinished


@dataclass
class Builds:
    """What the builders have said so far."""

    edition: int = 0
    builder: int = 0
    seconds: float = 0.0

    def read(self, lines: IO[str], editions: int | None = None) -> None:
        """Read on until a builder is known and has begun `editions` builds (None: until it is dead)."""
        begun: list[float] = []
        self.builder = self.builder if editions is None else 0
        while editions is None or len(begun) < editions or not self.builder:
            what, number = lines.readline().split()
            if what == "dead":
                return
            if what == "builder":
                self.builder = int(number)
            else:
                self.edition = int(number)
                begun.append(time.monotonic())
        if len(begun) > 1:
            self.seconds = max(begun[-1] - begun[-2], 0.05)


@contextmanager
def reader(read: Callable[[], KnowledgeIndex]) -> Iterator[Tally]:
    """Read and examine in a thread while the block runs."""
    tally = Tally()
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            examine(read, tally)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield tally
    finally:
        over.set()
        thread.join()


def examine(read: Callable[[], KnowledgeIndex], tally: Tally) -> None:
    try:
        tally.editions.add(edition_of(read()))
        tally.reads += 1
        time.sleep(0.01)  # leaves the builder some of the processor
    except Exception as fault:  # whatever a reader may raise is a failed read
        if tally.reads:  # before that, the in-place writer may not have written anything yet
            tally.faults.append(f"{type(fault).__name__}: {fault}")


def assert_next_build_cleans_up(store_dir: Path, source: Path) -> None:
    write_edition(source, 1_000_000)
    build.build([source], store_dir, HashingEmbedder())
    store = Store(store_dir)
    assert edition_of(store.current()) == 1_000_000
    folders = {path.name for path in (store_dir / "generations").iterdir()}
    assert folders == set(store.kept())
    assert len(folders) <= 5
