"""A new generation is ready when it takes over: no question waits for what belongs to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.api.index_watch import IndexWatch
from bot.errors import Unavailable
from bot.retrieval.live_index import LiveIndex
from kb_ingest import build
from kb_ingest.readers import TakenBack
from tests.conftest import ROOT, SAMPLE
from tests.hashing_embedder import HashingEmbedder
from tests.patience import until

SPELLING = "spelling"


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """A few articles in a folder of their own."""
    folder = tmp_path / "kb"
    folder.mkdir()
    for path in sorted((ROOT / "data" / "kb").rglob("*.md")):
        if path.stem in SAMPLE:
            shutil.copy(path, folder)
    return folder


def _is_ready(live: LiveIndex) -> bool:
    return SPELLING in vars(live.current())


def test_a_generation_is_prepared_before_it_takes_over(kb: Path, tmp_path: Path) -> None:
    build.build([kb], tmp_path / "index", HashingEmbedder())
    live = LiveIndex(tmp_path / "index")
    assert not _is_ready(live), "a start does not wait for it"
    before = live.current().generation
    next(kb.glob("*.md")).unlink()
    build.build([kb], tmp_path / "index", HashingEmbedder())
    assert live.refresh()
    assert live.current().generation != before
    assert _is_ready(live)


def test_the_first_generation_is_prepared_beside_the_requests(kb: Path, tmp_path: Path) -> None:
    build.build([kb], tmp_path / "index", HashingEmbedder())
    live = LiveIndex(tmp_path / "index")
    watch = IndexWatch(live, lambda _swapped: {})
    watch.start()
    until(lambda: _is_ready(live))
    watch.stop()
    assert _is_ready(live)


def test_a_change_that_could_not_be_followed_is_followed_later(kb: Path, tmp_path: Path) -> None:
    build.build([kb], tmp_path / "index", HashingEmbedder())
    told: list[bool] = []

    def changed(swapped: bool) -> TakenBack:
        told.append(swapped)
        if len(told) == 1:
            raise Unavailable("The database is busy.")
        return {}

    watch = IndexWatch(LiveIndex(tmp_path / "index"), changed)
    for _ in range(3):
        watch.look()
    assert told == [False, False]


@pytest.mark.parametrize("damage", [lambda pointer: pointer.write_bytes(b"zeros"), lambda pointer: pointer.unlink()])
def test_a_start_with_a_damaged_pointer_answers_from_the_last_good_generation(
    damage: Callable[[Path], None], kb: Path, tmp_path: Path
) -> None:
    built = build.build([kb], tmp_path / "index", HashingEmbedder()).generation
    damage(tmp_path / "index" / "CURRENT")
    live = LiveIndex(tmp_path / "index")
    assert live.current().generation == built
    assert live.alarm is not None
    assert not live.refresh(), "it is not loaded again and again"
    next(kb.glob("*.md")).unlink()
    built = build.build([kb], tmp_path / "index", HashingEmbedder()).generation
    assert live.refresh()
    assert (live.current().generation, live.alarm) == (built, None)
