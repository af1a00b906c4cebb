"""The ranker's fit finds what tells right from wrong and counts every set the same; a miss is a miss."""

from __future__ import annotations

import numpy as np
import pytest

from bot.retrieval.ranking import names
from eval.ranking_fit import Example, fit, present_weights, worth
from eval.token_axes import agreement


def question(rng: np.random.Generator, telling: int) -> Example:
    """Five candidates of which the one that is highest in the feature `telling` is right."""
    rows = rng.random((5, len(names())))
    right = np.zeros(5, np.bool_)
    right[rows[:, telling].argmax()] = True
    return Example(rows, right, brief=False)


def many(telling: int, count: int = 60) -> list[Example]:
    """Questions decided by one feature."""
    rng = np.random.default_rng(telling)
    return [question(rng, telling) for _ in range(count)]


def test_the_feature_that_decides_gets_the_weight() -> None:
    weights = fit({"one": many(2)})
    assert weights.argmax() == 2
    assert weights.sum() == pytest.approx(1)
    assert worth(many(2), weights).recall_at_1 > 0.9 > worth(many(3), weights).recall_at_1


def test_a_feature_left_out_has_no_weight() -> None:
    weights = fit({"one": many(2)}, [name for name in names() if name != names()[2]])
    assert weights[2] == 0


def test_a_large_set_counts_as_much_as_a_small_one() -> None:
    weights = fit({"small": many(0, 40), "large": many(1, 400)})
    assert weights[0] == pytest.approx(weights[1], rel=0.35)


def test_briefs_are_not_learnt_from() -> None:
    briefs = [Example(each.features, each.right, brief=True) for each in many(3)]
    assert fit({"one": many(2) + briefs}) == pytest.approx(fit({"one": many(2)}), abs=1e-6)


def test_a_question_whose_article_was_not_found_counts_as_missed() -> None:
    missed = Example(np.ones((3, len(names()))), np.zeros(3, np.bool_), brief=False)
    nothing = Example(np.empty((0, len(names()))), np.zeros(0, np.bool_), brief=False)
    assert worth([missed, nothing], present_weights()).mrr_at_10 == 0


def test_agreement_is_the_share_of_one_space_in_another() -> None:
    axes = np.eye(4, dtype=np.float32)
    assert agreement(axes[:, :2], axes[:, :2]) == 1
    assert agreement(axes[:, :2], axes[:, 1:3]) == 0.5
