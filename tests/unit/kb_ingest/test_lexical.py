"""BM25 as Lucene weighs it, over stemmed words, without pickles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kb_ingest.lexical import LexicalIndex, terms

TEXTS = ["Reset the hub", "Reset the lock, then the lock again", "Batteries of lamps", ""]


def test_terms_are_stemmed_and_stop_words_go() -> None:
    assert terms("How do I reset the Locks?") == ["reset", "lock"]


def test_error_codes_match_with_and_without_the_hyphen() -> None:
    assert "e107" in terms("Error E-107")
    assert terms("e107") == ["e107"]


def test_scores_follow_the_formula() -> None:
    index = LexicalIndex.build(TEXTS)
    lengths = [len(terms(text)) for text in TEXTS]
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    norm = 1.2 * (1 - 0.75 + 0.75 * lengths[0] / (sum(lengths) / 4))
    assert index.scores(["reset"])[0] == pytest.approx(idf * 1 / (1 + norm))
    assert index.idf("reset") == pytest.approx(idf)
    assert index.scores(["reset", "reset"])[0] == pytest.approx(2 * idf / (1 + norm))
    assert index.scores(["unknown"]).tolist() == [0, 0, 0, 0]


def test_masked_rows_score_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.scores(["reset"], np.array([False, True, True, True]))[0] == 0
    assert index.scores(["reset"], np.array([False, True, True, True]))[1] > 0


def test_saved_postings_are_the_same_and_so_are_their_bytes() -> None:
    index = LexicalIndex.build(TEXTS)
    again = LexicalIndex.of_bytes(index.to_bytes())
    assert again.vocabulary == index.vocabulary
    assert np.array_equal(again.scores(terms("reset lamps")), index.scores(terms("reset lamps")))
    assert again.to_bytes() == index.to_bytes()


def test_no_passages_is_an_index_too() -> None:
    assert LexicalIndex.of_bytes(LexicalIndex.build([]).to_bytes()).scores(["reset"]).shape == (0,)
