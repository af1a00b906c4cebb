"""Vectors by model and text; torn and altered records are not served."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb_ingest.encoded import TOKEN_DIMENSIONS, Encoded
from kb_ingest.vector_cache import VectorCache

TEXTS = ["one", "two", "three"]


def encoded(number: int) -> Encoded:
    tokens = np.full((number + 1, TOKEN_DIMENSIONS), number, np.int8)
    return Encoded(np.full(4, number, np.float32), np.arange(number + 1, dtype=np.uint32), tokens)


ROWS = [encoded(number) for number in range(3)]


def filled(tmp_path: Path) -> tuple[VectorCache, Path]:
    cache = VectorCache(tmp_path / "cache")
    cache.put_many("m", TEXTS, ROWS)
    return cache, next((tmp_path / "cache").iterdir())


def test_vectors_come_back_for_their_model_only(tmp_path: Path) -> None:
    cache, _ = filled(tmp_path)
    first, unknown = cache.get_many("m", ["two", "four"])
    assert first is not None
    assert first.vector.tolist() == ROWS[1].vector.tolist()
    assert first.pieces.tolist() == [0, 1]
    assert first.tokens.tolist() == ROWS[1].tokens.tolist()
    assert unknown is None
    assert cache.get_many("other", ["two"]) == [None]


def test_torn_record_is_dropped_and_later_ones_are_readable(tmp_path: Path) -> None:
    _, path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    cache = VectorCache(tmp_path / "cache")
    assert cache.get_many("m", ["three"]) == [None]
    cache.put_many("m", ["four"], ROWS[:1])
    assert [row is not None for row in cache.get_many("m", ["one", "two", "three", "four"])] == [
        True, True, False, True,
    ]  # fmt: skip


def test_altered_record_and_what_lies_behind_it_is_not_served_and_written_over(tmp_path: Path) -> None:
    _, path = filled(tmp_path)
    content = bytearray(path.read_bytes())
    content[path.read_bytes().index(ROWS[1].vector.tobytes())] ^= 1
    path.write_bytes(content)
    cache = VectorCache(tmp_path / "cache")
    assert [row is None for row in cache.get_many("m", TEXTS)] == [False, True, True]
    cache.put_many("m", ["two"], ROWS[1:2])
    assert [row is None for row in cache.get_many("m", TEXTS)] == [False, False, True]


def test_forgotten_text_is_gone_from_the_file(tmp_path: Path) -> None:
    cache, path = filled(tmp_path)
    assert cache.forget(["two", "never seen"]) == 1
    assert [row is None for row in cache.get_many("m", TEXTS)] == [False, True, False]
    assert ROWS[1].vector.tobytes() not in path.read_bytes()
