"""By how much an edit moves BM25 under passages it left alone is known, never guessed too low; and for which questions
their words jump."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.decision.confidence import Calibration
from bot.decision.signals import Signals
from eval.edits.brink import Brink, Drift
from eval.edits.drift import best_of, shift
from eval.edits.reach import heard_otherwise
from kb_ingest import build as building
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import LexicalIndex
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder

WORDS = [f"word{number}" for number in range(30)]
BRINK = Brink(5.0, 4.9, 0.5, 0.4, 0.3, 9.0, 0.01, 0.01, 0.4, Signals(margin=0.1, rank_score=0.6, coverage=0.5))


def texts(chance: random.Random, count: int) -> list[str]:
    return [" ".join(chance.choices(WORDS, k=chance.randint(3, 20))) for _ in range(count)]


@pytest.mark.parametrize("seed", range(8))
def test_no_score_of_a_kept_passage_moves_farther_than_told(seed: int) -> None:
    chance = random.Random(seed)
    kept, gone, come = texts(chance, 20), texts(chance, 2), texts(chance, chance.randint(0, 3))
    before, after = LexicalIndex.build([*kept, *gone]), LexicalIndex.build([*come, *kept])
    old, new = np.arange(len(kept)), np.arange(len(come), len(come) + len(kept))
    found = shift(before, after, old, new)
    for _ in range(50):
        words = chance.sample(WORDS, 4)
        low, high = found.of(words, before)
        was, now = before.scores(words)[old], after.scores(words)[new]
        assert (now[was == 0] == 0).all()
        assert (now[was > 0] / was[was > 0] >= low - 1e-6).all()
        assert (now[was > 0] / was[was > 0] <= high + 1e-6).all()


def test_nothing_drifts_under_words_that_the_edit_does_not_touch() -> None:
    kept = ["lamp shop", "lamp hub", "hub siren"]
    before, after = LexicalIndex.build([*kept, "delivery 30"]), LexicalIndex.build([*kept, "delivery 45"])
    rows = np.arange(3)
    found = shift(before, after, rows, rows)
    assert found.of(["lamp", "hub", "nowhere"], before) == (1.0, 1.0)
    assert found.of(["30"], before) != (1.0, 1.0)
    assert set(best_of(before, [3])) == {"deliveri", "30"}


def test_a_drift_crosses_only_what_is_nearer_than_it() -> None:
    assert not Drift(0.0, 0.0).crosses(BRINK, 0.0)
    assert not Drift(0.01, 0.0).crosses(BRINK, 0.01)
    assert Drift(0.01, 0.0).crosses(BRINK, 0.001)
    assert Drift(0.0, 0.1).crosses(BRINK, 1.0)
    assert Drift(0.01, 0.0).crosses(replace(BRINK, named_gap=0.005), 0.01)


def test_a_confidence_drifts_no_farther_than_told() -> None:
    calibration = Calibration({"margin": 12.0, "coverage": -1.5, "rank_score*coverage": 5.0}, -3.0, 0.8, 0.5)
    drift = Drift(0.01, 0.02)
    told = drift.of_confidence(BRINK, calibration)
    least = calibration.confidence(Signals(margin=0.1, rank_score=0.6, coverage=0.5))
    for way in (-1, 1):
        moved = Signals(
            margin=0.1 + way * 2 * drift.score, rank_score=0.6 + way * drift.score, coverage=0.5 + way * 0.005
        )
        assert abs(calibration.confidence(moved) - least) <= told
    assert Drift(0.0, 0.0).of_confidence(BRINK, calibration) == 0.0


def _of_articles(folder: Path, count: int) -> KnowledgeIndex:
    """One article says "lamp", the others something else."""
    source = folder / str(count)
    source.mkdir()
    for number in range(count):
        text = "The lamp hums." if number == 0 else f"Sensor {number} ticks."
        (source / f"a{number}.md").write_text(f"---\nid: a{number}\ntitle: Page\n---\n\n{text}\n")
    building.build([source], source / "index", HashingEmbedder())
    return Store(source / "index").current()


def test_a_question_with_a_word_that_became_rare_is_asked_again(tmp_path: Path) -> None:
    few, more = _of_articles(tmp_path, 8), _of_articles(tmp_path, 9)
    texts = HashingEmbedder().encode_tokens(["lamp", "The lamp", "kettle", "Sensor"])
    lamp = texts[0].pieces
    assert (few.tokens.are_rare(lamp).all(), more.tokens.are_rare(lamp).all()) == (False, True)
    assert heard_otherwise(texts, few, more).tolist() == [True, True, False, False]
    assert not heard_otherwise(texts, few, few).any()
