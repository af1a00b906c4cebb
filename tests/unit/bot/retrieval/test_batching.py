"""One encoder for many threads: together in one batch, never twice the same text, failures told to all who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.retrieval.batching import AT_ONCE, SharedEncoder
from kb_ingest.encoded import Encoded
from tests.hashing_embedder import HashingEmbedder


class SlowEncoder(HashingEmbedder):
    """Notes the batches it was given; two at once would be a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.busy = threading.Lock()

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        assert self.busy.acquire(blocking=False), "called by two threads at once"
        try:
            time.sleep(0.02)
            self.batches.append(len(texts))
            return super().encode_tokens(texts)
        finally:
            self.busy.release()


def test_vectors_come_in_order_and_equal_those_of_the_encoder() -> None:
    shared = SharedEncoder(HashingEmbedder())
    texts = ["one", "two", "one", "three"]
    assert np.array_equal(shared.encode(texts), HashingEmbedder().encode(texts))


def test_calls_that_arrive_together_become_one_batch() -> None:
    slow = SlowEncoder()
    shared, together = SharedEncoder(slow), threading.Barrier(16)

    def ask(number: int) -> object:
        together.wait()
        return shared.encode([f"question {number}"])

    with ThreadPoolExecutor(16) as pool:
        vectors = list(pool.map(ask, range(16)))
    assert len(vectors) == 16
    assert len(slow.batches) < 8
    assert sum(slow.batches) == 16


def test_a_question_does_not_wait_for_somebody_with_many_texts() -> None:
    shared = SharedEncoder(SlowEncoder())
    with ThreadPoolExecutor(2) as pool:
        many = pool.submit(shared.encode, [f"text {n}" for n in range(40 * AT_ONCE)])
        time.sleep(0.05)
        shared.encode(["How do I reset Hub 2?"])
        assert not many.done()
        assert len(many.result()) == 40 * AT_ONCE


def test_a_text_is_encoded_once_even_when_asked_by_all_at_once() -> None:
    slow = SlowEncoder()
    shared = SharedEncoder(slow)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: shared.encode(["the same"]), range(8)))
    shared.encode(["the same"])
    assert slow.encoded == ["the same"]


def test_memory_is_bounded() -> None:
    inner = HashingEmbedder()
    shared = SharedEncoder(inner, remembered=2)
    for text in ("a", "b", "c", "a"):
        shared.encode([text])
    assert inner.encoded == ["a", "b", "c", "a"]


def test_a_failure_reaches_the_caller_and_the_next_call_works() -> None:
    class Broken(HashingEmbedder):
        failing = True

        def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
            if self.failing:
                raise OSError("model file is gone")
            return super().encode_tokens(texts)

    broken = Broken()
    shared = SharedEncoder(broken)
    with pytest.raises(OSError, match="gone"):
        shared.encode(["x"])
    broken.failing = False
    assert shared.encode(["x"]).shape == (1, 64)


def test_nothing_asked_gives_an_empty_array() -> None:
    assert SharedEncoder(HashingEmbedder()).encode([]).shape[0] == 0
