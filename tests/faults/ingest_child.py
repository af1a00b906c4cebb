"""Owns the processes that are killed: each builds edition after edition until it dies. Started by
test_ingest_kill.

`ingest_child.py publish|in_place INDEX SOURCES`. Forks a builder for each line `EDITION [MOMENT]` of standard
input and prints its pid; the builder prints a line before each build. One with a moment ends itself there with
-9. `in_place` is the negative control: the same files written over the old ones, as the usual FAISS save does.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

# Some installed package ships a top-level `tests` too: say which one is meant.
sys.modules["tests"] = ModuleType("tests")
sys.modules["tests"].__path__ = [str(Path(__file__).parents[1])]

from kb_ingest import build, pointer, publish, tokens  # noqa: E402
from kb_ingest.index import KnowledgeIndex  # noqa: E402
from kb_ingest.publish import Store  # noqa: E402
from tests.faults.ingest_scene import write_edition  # noqa: E402
from tests.hashing_embedder import HashingEmbedder  # noqa: E402

STEPS: dict[str, tuple[Any, str]] = {
    "save": (KnowledgeIndex, "save"), "sync": (publish, "sync_tree"), "move": (publish, "sync"),
    "clear": (publish.shutil, "rmtree"), "switch": (pointer, "write"),
}  # fmt: skip


def main(how: str, index_dir: Path, sources: Path) -> None:
    tokens.count("loads the vocabulary, so that the kills fall into builds")
    work = build_on if how == "publish" else write_in_place
    for line in sys.stdin:
        edition, _, moment = line.strip().partition(" ")
        builder = os.fork()
        if builder == 0:
            if moment:
                dies(*moment.split())
            work(index_dir, sources, int(edition))
        say("builder", builder)
        os.waitpid(builder, 0)
        say("dead", builder)


def say(what: str, number: int) -> None:
    """One line in one write, which a kill cannot tear."""
    os.write(1, f"{what} {number}\n".encode())


def dies(moment: str, name: str) -> None:
    """End this process with -9 before or after the named step."""
    owner, step = STEPS[name]
    real = getattr(owner, step)

    def last(*given: Any, **named: Any) -> None:
        if moment == "after":
            real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, step, last)


def build_on(index_dir: Path, sources: Path, first: int) -> None:
    for number in count(first):
        source = sources / f"edition-{number}"
        write_edition(source, number)
        say("edition", number)
        build.build([source], index_dir, HashingEmbedder())


def write_in_place(index_dir: Path, sources: Path, first: int) -> None:
    """The writer that must be caught: no folder aside, no pointer. Two editions in turn."""
    made = []
    for number in (first, first + 1):
        source = sources / f"edition-{number}"
        write_edition(source, number)
        build.build([source], sources / "aside", HashingEmbedder())
        made.append(Store(sources / "aside").current())
    index_dir.mkdir(exist_ok=True)
    for number in count(first):
        say("edition", number)
        made[number % 2].save(index_dir)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
