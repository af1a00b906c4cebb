"""Each word of a question is met by the best word of a passage; rare words count more, marks not at all."""

from __future__ import annotations

import numpy as np
import pytest

from kb_ingest import embedder
from kb_ingest.encoded import TOKEN_DIMENSIONS, wordless
from kb_ingest.token_index import TOGETHER, TokenIndex
from tests.hashing_embedder import HashingEmbedder

PASSAGES = ["the hub blinks red", "the lamp is red", "the lock jams", ""]
ALL = np.arange(4)


def index() -> TokenIndex:
    return TokenIndex.build(HashingEmbedder().encode_tokens(PASSAGES))


def scores(question: str) -> list[float]:
    (asked,) = HashingEmbedder().encode_tokens([question])
    return index().scores(asked, ALL).tolist()


def test_a_passage_with_every_word_of_the_question_meets_it_wholly() -> None:
    assert scores("hub red") == pytest.approx([1, scores("hub red")[1], 0, 0])


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    with_rare, with_frequent = scores("jams red")[2], scores("jams red")[1]
    assert with_rare > with_frequent > 0


def test_neighbours_of_the_question_count_where_they_stand_together() -> None:
    filler = "then you wait until it is done and look once more at what it says there"
    texts = [f"dead lock {filler}", f"dead {filler} lock", *(f"note {number}" for number in range(20))]
    table = TokenIndex.build(HashingEmbedder().encode_tokens(texts))
    (pair, single) = HashingEmbedder().encode_tokens(["dead lock", "lock"])
    rows = np.arange(2)
    together, apart = table.scores(pair, rows).tolist()
    assert together == pytest.approx(1)
    assert apart == pytest.approx(1 - TOGETHER)
    assert apart < 0.9
    assert table.scores(single, rows).tolist() == pytest.approx([1, 1])


def test_neighbours_are_not_met_across_the_border_of_two_passages() -> None:
    texts = ["it is dead", "lock it", *(f"note {number}" for number in range(20))]
    table = TokenIndex.build(HashingEmbedder().encode_tokens(texts))
    (pair,) = HashingEmbedder().encode_tokens(["dead lock"])
    both, alone = table.scores(pair, np.arange(2)), table.scores(pair, np.arange(1))
    assert both[0] == pytest.approx(alone[0])
    assert both[0] < 1 - TOGETHER


def test_a_passage_is_scored_the_same_among_others_and_alone() -> None:
    (asked,) = HashingEmbedder().encode_tokens(["hub red lock"])
    alone = [float(index().scores(asked, np.array([row]))[0]) for row in ALL]
    assert index().scores(asked, ALL).tolist() == pytest.approx(alone)


def test_nothing_asked_and_nothing_held_score_nothing() -> None:
    silent = wordless(np.ones(64, np.float32))
    assert index().scores(silent, ALL).tolist() == [0, 0, 0, 0]
    empty = TokenIndex.build([])
    assert empty.scores(HashingEmbedder().encode_tokens(["hub"])[0], np.empty(0, np.int64)).shape == (0,)


def test_the_table_comes_back_from_its_bytes() -> None:
    again = TokenIndex.of_bytes(index().to_bytes())
    assert again.to_bytes() == index().to_bytes()
    assert again.size == len(PASSAGES)
    with pytest.raises(ValueError, match="reshape"):
        TokenIndex.of_bytes(index().to_bytes()[:-3])


def test_both_runtimes_give_the_same_words_nearly_the_same_tokens() -> None:
    text = ["How do I reset the E-107 hub, please?"]
    (fast,) = embedder.load().encode_tokens(text)
    (reference,) = embedder.load(runtime=embedder.Runtime.TORCH).encode_tokens(text)
    assert fast.pieces.tolist() == reference.pieces.tolist()
    assert fast.tokens.shape == (len(fast.pieces), TOKEN_DIMENSIONS)
    assert np.abs(fast.tokens.astype(int) - reference.tokens.astype(int)).max() <= 3


def test_punctuation_and_the_models_own_marks_are_no_words() -> None:
    assert embedder.spoken({"[CLS]": 0, "?": 1, "##ing": 2, "<s>": 3, "7": 4, "é": 5}).tolist() == [
        False, False, True, False, True, True,
    ]  # fmt: skip
