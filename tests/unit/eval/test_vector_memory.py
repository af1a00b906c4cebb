"""The memory of vectors gives what the encoder gave, in this run and the next, and survives a damaged file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.vector_memory import RememberingEncoder
from kb_ingest.encoded import TOKEN_DIMENSIONS, Encoded, vectors_of


class Counting:
    """An encoder of two dimensions that counts the texts it was given; a stand-in for the model's speed
    alone.
    """

    digest, name, dimensions = "d1", "counting", 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return vectors_of(self.encode_tokens(texts), self.dimensions)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        self.texts += texts
        nothing = np.empty(0, np.uint32), np.empty((0, TOKEN_DIMENSIONS), np.int8)
        return [Encoded(np.array([len(text), 1], np.float32), *nothing) for text in texts]

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        return np.array([(0, len(text))], np.int64)

    def word_pieces(self, text: str) -> int:
        return len(text)


def test_a_text_is_encoded_once_over_two_runs(tmp_path: Path) -> None:
    first = RememberingEncoder(Counting(), tmp_path)
    vectors = first.encode(["a", "bb", "a"])
    first.keep()
    model = Counting()
    second = RememberingEncoder(model, tmp_path)
    assert np.array_equal(second.encode(["bb", "a", "ccc"]), [[2, 1], [1, 1], [3, 1]])
    assert np.array_equal(vectors, [[1, 1], [2, 1], [1, 1]])
    assert model.texts == ["ccc"]


def test_another_model_shares_nothing(tmp_path: Path) -> None:
    first = RememberingEncoder(Counting(), tmp_path)
    first.encode(["a"])
    first.keep()
    other = Counting()
    other.digest = "d2"
    RememberingEncoder(other, tmp_path).encode(["a"])
    assert other.texts == ["a"]


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path) -> None:
    first = RememberingEncoder(Counting(), tmp_path)
    first.encode(["a"])
    first.keep()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    model = Counting()
    assert np.array_equal(RememberingEncoder(model, tmp_path).encode(["a"]), [[1, 1]])
    assert model.texts == ["a"]


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    assert RememberingEncoder(Counting(), tmp_path).encode([]).shape == (0, 2)
