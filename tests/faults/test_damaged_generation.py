"""A damaged file of the current generation is refused, the last good generation answers, and an alarm is
raised.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kb_ingest import build, index, manifest
from kb_ingest.manifest import DamagedGeneration
from kb_ingest.publish import NoGeneration, Store
from tests.faults.ingest_scene import edition_of, write_edition
from tests.faults.test_ingest_kill import read_unchecked
from tests.hashing_embedder import HashingEmbedder

SEED = 20261122
Damage = Callable[[Path, Path, random.Random], None]


@pytest.fixture(scope="module")
def two_editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose current generation is edition 2 and whose older one is edition 1."""
    root = tmp_path_factory.mktemp("two")
    for number in (1, 2):
        write_edition(root / "source", number)
        build.build([root / "source"], root / "index", HashingEmbedder())
    return root


def truncate(path: Path, _older: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def zero_page(path: Path, _older: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content)) // 4096 * 4096
    content[at : at + 4096] = bytes(len(content[at : at + 4096]))
    path.write_bytes(content)


def flip_bit(path: Path, _older: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def delete(path: Path, _older: Path, _chance: random.Random) -> None:
    path.unlink()


def swap(path: Path, older: Path, _chance: random.Random) -> None:
    shutil.copy(older, path)


DAMAGES: tuple[Damage, ...] = (truncate, zero_page, flip_bit, delete, swap)


@pytest.mark.parametrize("count", [55, pytest.param(300, marks=pytest.mark.full)])
@pytest.mark.timeout(600)
def test_damaged_file_is_refused_and_last_good_generation_answers(
    count: int, two_editions: Path, tmp_path: Path
) -> None:
    chance, (current, older) = random.Random(SEED), Store(two_editions / "index").kept()
    files = sorted(path.name for path in (two_editions / "index" / "generations" / current).iterdir())
    assert len(files) == 11
    for number in range(count):
        damaged = copied(two_editions, tmp_path / str(number))
        name, damage = files[number % len(files)], DAMAGES[number // len(files) % len(DAMAGES)]
        damage(damaged / "generations" / current / name, damaged / "generations" / older / name, chance)
        store = Store(damaged)
        case = f"case {number} (seed {SEED}): {damage.__name__} {name}"
        assert edition_of(store.current()) == 1, case
        assert store.alarm, case
        shutil.rmtree(damaged)
    print(f"seed {SEED}: {count} damages to {len(files)} files, {count} refused, {count} answered by the one before")


def test_damaged_pointer_is_refused_and_newest_generation_answers(two_editions: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    for number, damage in enumerate((truncate, flip_bit, zero_page, delete)):
        damaged = copied(two_editions, tmp_path / str(number))
        damage(damaged / "CURRENT", damaged / "CURRENT", chance)
        store = Store(damaged)
        assert edition_of(store.current()) == 2
        assert store.alarm


def test_when_every_generation_is_damaged_reading_says_so(two_editions: Path, tmp_path: Path) -> None:
    damaged = copied(two_editions, tmp_path / "all")
    for folder in (damaged / "generations").iterdir():
        (folder / "vectors.faiss").unlink()
    with pytest.raises(NoGeneration):
        Store(damaged).current()


def test_next_build_heals_a_damaged_generation(two_editions: Path, tmp_path: Path) -> None:
    damaged = copied(two_editions, tmp_path / "healed")
    current = Store(damaged).kept()[0]
    flip_bit(damaged / "generations" / current / "vectors.faiss", Path(), random.Random(SEED))
    embedder = HashingEmbedder()
    report = build.build([two_editions / "source"], damaged, embedder)
    store = Store(damaged)
    assert edition_of(store.current()) == 2
    assert store.alarm is None
    assert report.generation == current
    assert embedder.encoded == []


def test_without_checksums_damage_is_served_unnoticed(
    two_editions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what makes the first test pass is the checking."""
    monkeypatch.setattr(manifest, "read_folder", read_unchecked)
    chance = random.Random(SEED)
    wrong = 0
    for number in range(20):
        damaged = copied(two_editions, tmp_path / str(number))
        folder = damaged / "generations" / Store(damaged).kept()[0]
        flip_bit(folder / "vectors.faiss", Path(), chance)
        try:
            edition_of(index.load(folder))
        except DamagedGeneration:
            continue
        except AssertionError:
            wrong += 1
    assert wrong > 0


def copied(two_editions: Path, to: Path) -> Path:
    shutil.copytree(two_editions / "index", to)
    return to
