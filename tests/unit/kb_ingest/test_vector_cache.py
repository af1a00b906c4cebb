"""Vectors by model and text; torn and altered records are not served."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb_ingest.vector_cache import VectorCache

ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)
TEXTS = ["one", "two", "three"]


def filled(tmp_path: Path) -> tuple[VectorCache, Path]:
    cache = VectorCache(tmp_path / "cache")
    cache.put_many("m", TEXTS, ROWS)
    return cache, next((tmp_path / "cache").iterdir())


def test_vectors_come_back_for_their_model_only(tmp_path: Path) -> None:
    cache, _ = filled(tmp_path)
    first, unknown = cache.get_many("m", ["two", "four"])
    assert first is not None
    assert first.tolist() == ROWS[1].tolist()
    assert unknown is None
    assert cache.get_many("other", ["two"]) == [None]


def test_torn_record_is_dropped_and_later_ones_are_readable(tmp_path: Path) -> None:
    cache, path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    assert cache.get_many("m", ["three"]) == [None]
    cache.put_many("m", ["four"], ROWS[:1])
    assert [row is not None for row in cache.get_many("m", ["one", "two", "three", "four"])] == [
        True, True, False, True,
    ]  # fmt: skip


def test_altered_record_is_not_served(tmp_path: Path) -> None:
    cache, path = filled(tmp_path)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    assert [row is None for row in cache.get_many("m", TEXTS)] == [True, False, False]


def test_forgotten_text_is_gone_from_the_file(tmp_path: Path) -> None:
    cache, path = filled(tmp_path)
    assert cache.forget(["two", "never seen"]) == 1
    assert [row is None for row in cache.get_many("m", TEXTS)] == [False, True, False]
    assert ROWS[1].tobytes() not in path.read_bytes()
