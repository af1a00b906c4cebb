"""kill -9 of the service while it publishes leaves readers wholly the old articles or wholly the new ones, the editor
sees which, and the next start ends it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from bot.console import manuscript_view
from bot.publishing import effect, history
from bot.publishing.history import Deed
from bot.publishing.manuscripts import State
from bot.publishing.publications import Outcome
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from bot.retrieval.live_index import LiveIndex
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database, open_database
from kb_ingest.publish import Store
from tests.conftest import ROOT
from tests.unit.bot.publishing.scene import InThisProcess, Scene, open_scene

CHILD = Path(__file__).with_name("publish_child.py")
SEED = 20261126
NAMES = ("lamp", "cable")
MARK = "wombat"


class Standing(StrEnum):
    OLD = "old"
    NEW = "new"
    HALF = "half"
    LIE = "the editor is told what is not so"


@pytest.fixture(scope="module")
def whole(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk on which two articles were edited and are to come into service now, together."""
    home = tmp_path_factory.mktemp("publish") / "desk"
    home.mkdir()
    shutil.copy(migrated_file, home / "desk.db")
    database = open_database(f"sqlite:///{home / 'desk.db'}", serving=True)
    scene = open_scene(database, home)
    for name in NAMES:
        scene.publish(scene.edit(name, f"The {MARK} of the {name}.\n"))
    scene.bench.reader.close()
    database.close()
    return home


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    opened = Reader()
    yield opened
    opened.close()


def restarted(home: Path, database: Database, reader: Reader) -> Scene:
    settings = Settings(index_dir=home / "index", data_dir=home / "data")
    bench = Workbench(settings, database, LiveIndex(settings.index_dir), reader)
    return Scene(bench, None, None, InThisProcess())  # type: ignore[arg-type]  # nobody signs in


def standing(scene: Scene) -> Standing:
    """What customers have, held against what the editor's page of each article says."""
    store = Store(scene.bench.settings.index_dir)
    index = store.current()
    assert store.alarm is None
    places = [MARK in index.articles[name].text for name in NAMES]
    places += [any(MARK in chunk.embedded_text for chunk in index.chunks if name == chunk.article_id) for name in NAMES]
    places.append(MARK in index.lexical.vocabulary)
    if any(places) != all(places):
        return Standing.HALF
    seen = {manuscript_view.look(scene.bench, scene.held(name).id).plans[0].state for name in NAMES}
    told = {Outcome.DONE, Outcome.RUNNING} if all(places) else {Outcome.WAITING, Outcome.RUNNING}
    if len(seen) > 1 or not seen <= told:
        return Standing.LIE
    return Standing.NEW if all(places) else Standing.OLD


def kill_services(mode: str, whole: Path, home: Path, reader: Reader, kills: int) -> Counter[Standing]:
    """Each on a copy of the desk, at a random one of the things that publishing does to files and database."""
    chance = random.Random(SEED)
    seen: Counter[Standing] = Counter()
    ours = os.environ | {"PYTHONPATH": str(ROOT)}  # this tree, wherever the environment was installed from
    command = [sys.executable, str(CHILD), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ours) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        desk, touches = home / "desk", 0
        for kill in range(-1, kills):
            shutil.copytree(whole, desk)
            # The switch comes late: every other kill is in the last part.
            at = 0 if kill < 0 else chance.randint(1 if kill % 2 else touches * 4 // 5, touches)
            how = "alone" if kill % 3 == 1 else "together"
            print(how, at, desk, file=parent.stdin, flush=True)
            said = parent.stdout.readline().strip()
            if kill < 0:  # the first runs to its end, to know how much there is to do
                touches = int(said)
            else:
                assert said == "killed", (how, at, said)
            database = open_database(f"sqlite:///{desk / 'desk.db'}", serving=True)
            scene = restarted(desk, database, reader)
            if kill >= 0:
                seen[standing(scene)] += 1
            if mode == "publish":
                _ends_at_the_next_start(scene)
            database.close()
            shutil.rmtree(desk)
        parent.stdin.close()
    return seen


def _ends_at_the_next_start(scene: Scene) -> None:
    effect.bring_due(scene.bench, scene.running, clock.now())
    assert standing(scene) is Standing.NEW
    for name in NAMES:
        (plan,), held = scene.planned(name), scene.held(name)
        assert (plan.state, held.state) == (Outcome.DONE, State.PUBLISHED)
        assert plan.proof is not None
        assert plan.proof.generation == scene.bench.live.current().generation
        with scene.database.snapshot() as tx:
            deeds = [act.deed for act in history.acts_of(tx, held.id)]
        assert deeds.count(Deed.PUBLISHED) == 1


@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.full)])
@pytest.mark.timeout(1200)
def test_a_service_killed_while_it_publishes_leaves_wholly_the_old_or_the_new(
    whole: Path, tmp_path: Path, reader: Reader, kills: int
) -> None:
    seen = kill_services("publish", whole, tmp_path, reader, kills)
    print(f"seed {SEED}: {kills} kills: {dict(seen)}")
    assert set(seen) <= {Standing.OLD, Standing.NEW}
    assert seen.total() == kills
    assert seen[Standing.OLD], "every kill came after the switch"
    assert seen[Standing.NEW], "no kill came after the switch"


@pytest.mark.timeout(300)
def test_the_harness_sees_a_service_that_says_done_before_it_is(whole: Path, tmp_path: Path, reader: Reader) -> None:
    """Negative control."""
    assert kill_services("record_first", whole, tmp_path, reader, 1)[Standing.LIE]
