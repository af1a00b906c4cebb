"""kill -9 in the middle of `forget` leaves the article wholly there or wholly gone, and asking again ends it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import pytest

from kb_ingest import build
from kb_ingest.publish import Store
from tests.conftest import ROOT
from tests.hashing_embedder import HashingEmbedder

CHILD = Path(__file__).with_name("forget_child.py")
SEED = 20261126
ARTICLE = "marsupial"
MARK = "wombat"


class Standing(StrEnum):
    THERE = "there"
    GONE = "gone"
    HALF = "half"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations, both with the article, each in another version."""
    home = tmp_path_factory.mktemp("forget")
    for edition in (0, 1):
        build.build([_edition(home / f"edition-{edition}", edition)], home / "index", HashingEmbedder())
    return home / "index"


def _edition(source: Path, number: int) -> Path:
    source.mkdir(parents=True)
    for name in ("lamp", "cable", ARTICLE):
        mark = MARK if name == ARTICLE else name
        (source / f"{name}.md").write_text(f"---\nid: {name}\ntitle: {name}\n---\nThe {mark} has {number + 2} eyes.\n")
    return source


def standing(index: Path, versions: list[str]) -> Standing:
    """What every reader finds, in each place where an article can be met."""
    store = Store(index)
    kept = [store.current(), *(store.open(generation) for generation in store.kept())]
    places = [ARTICLE in each.articles for each in kept]
    places += [any(MARK in chunk.embedded_text for chunk in each.chunks) for each in kept]
    places += [MARK in each.lexical.vocabulary for each in kept]
    places += [store.article(ARTICLE, version) is not None for version in versions]
    assert store.alarm is None
    if all(places):
        return Standing.THERE
    return Standing.HALF if any(places) else Standing.GONE


def bytes_left(index: Path) -> list[str]:
    return [str(path) for path in index.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]


def kill_erasers(how: str, whole: Path, home: Path, kills: int) -> Counter[Standing]:
    """Each on a copy of its own, at a random one of the things that forgetting does to files."""
    chance = random.Random(SEED)
    versions = [path.stem for path in (whole / "articles").rglob("*.json") if MARK in path.read_text()]
    assert len(versions) == 2
    assert standing(whole, versions) is Standing.THERE
    seen: Counter[Standing] = Counter()
    command = [sys.executable, str(CHILD), how, ARTICLE]
    ours = os.environ | {"PYTHONPATH": str(ROOT)}  # this tree, wherever the environment was installed from
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ours) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        index, touches = home / "copy", 0
        for kill in range(-1, kills):
            shutil.copytree(whole, index)
            # The switch comes late: every other kill is in the last quarter.
            at = 0 if kill < 0 else chance.randint(1 if kill % 2 else touches * 3 // 4, touches)
            print(at, index, file=parent.stdin, flush=True)
            said = parent.stdout.readline().strip()
            if kill < 0:  # the first runs to its end, to know how much there is to do
                touches = int(said)
                assert standing(index, versions) is Standing.GONE
            else:
                assert said == "killed", (at, said)
                seen[standing(index, versions)] += 1
            _ends_when_asked_again(index, versions)
            shutil.rmtree(index)
        parent.stdin.close()
    return seen


def _ends_when_asked_again(index: Path, versions: list[str]) -> None:
    with suppress(build.UnknownArticle):
        build.forget(index, ARTICLE)
    assert standing(index, versions) is Standing.GONE
    assert bytes_left(index) == []


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.full)])
@pytest.mark.timeout(1200)
def test_a_killed_forget_leaves_the_article_wholly_there_or_wholly_gone(
    whole: Path, tmp_path: Path, kills: int
) -> None:
    seen = kill_erasers("forget", whole, tmp_path, kills)
    print(f"seed {SEED}: {kills} kills: {dict(seen)}")
    assert seen.total() == kills
    assert seen[Standing.HALF] == 0
    assert seen[Standing.THERE], "every kill came after the switch"
    assert seen[Standing.GONE], "no kill came after the switch"


@pytest.mark.timeout(300)
def test_the_harness_sees_a_forget_that_begins_with_the_versions(whole: Path, tmp_path: Path) -> None:
    """Negative control."""
    assert kill_erasers("versions_first", whole, tmp_path, 2)[Standing.HALF]


def test_what_is_forgotten_and_published_again_is_there(whole: Path, tmp_path: Path) -> None:
    """An erasure that was cut short after its switch must not take away what was published since."""
    index = tmp_path / "index"
    shutil.copytree(whole, index)
    store = Store(index)
    current = store.current().generation
    with store.building():
        store.switch(current, store.kept(), [ARTICLE])  # killed here
    version = store.current().articles[ARTICLE].version
    assert store.article(ARTICLE, version) is None
    source = tmp_path / "again"
    build.build([_edition(source, 9)], index, HashingEmbedder())
    published = Store(index).current().articles[ARTICLE]
    assert Store(index).article(ARTICLE, published.version) == published
    assert Store(index).article(ARTICLE, version) is None
