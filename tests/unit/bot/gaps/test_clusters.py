"""Questions that ask the same are one group; known groups grow and stay apart; one alone is none."""

from __future__ import annotations

import tracemalloc

import numpy as np

from bot.gaps.clusters import LEAST, cluster
from tests.hashing_embedder import HashingEmbedder

WHITE = [f"does the lock come in {colour} paint" for colour in ("white", "red", "blue", "green", "brass")]
MUSIC = [f"play {what} music through our hub speaker" for what in ("loud", "soft", "some", "radio", "any")]
LONE = ["when is support open", "my parcel vanished somewhere"]
ENCODER = HashingEmbedder()


def test_groups_are_found_and_what_stands_alone_is_left() -> None:
    texts = [*WHITE, *LONE, *MUSIC]
    found = cluster(texts, ENCODER.encode(texts)).found
    assert [[texts[at] for at in group] for group in found] == [WHITE, MUSIC]


def test_fewer_than_enough_make_no_group() -> None:
    texts = WHITE[: LEAST - 1]
    assert cluster(texts, ENCODER.encode(texts)).found == ()


def test_a_known_group_grows_and_never_joins_another() -> None:
    texts = [*WHITE, *MUSIC]
    known = [[0, 1], [2, 3], [5, 6]]
    grouped = cluster(texts, ENCODER.encode(texts), known)
    assert grouped.found == ()
    assert sorted(at for joined in grouped.joined for at in joined) == [4, 7, 8, 9]
    assert grouped.joined[2] == (7, 8, 9)


def test_without_a_shared_word_nearness_is_not_enough() -> None:
    texts = ["alpha beta", "gamma delta", "epsilon zeta", "eta theta", "iota kappa"]
    assert cluster(texts, np.ones((5, 1), np.float32)).found == ()


def test_nothing_to_group_is_no_group() -> None:
    assert cluster([], np.empty((0, 3), np.float32)).found == ()


def test_grouping_takes_little_more_than_the_table_of_similarities() -> None:
    texts = [f"question {number} about thing{number % 300}" for number in range(1200)]
    vectors = np.random.default_rng(1).normal(size=(len(texts), 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = [list(range(start, start + 30)) for start in range(0, 900, 30)]
    table = 4 * len(texts) ** 2
    tracemalloc.start()
    try:
        cluster(texts, vectors, known)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * table
