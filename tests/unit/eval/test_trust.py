"""What a threshold does on a set that had no part in it, on sets whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.decision.signals import Signals
from eval.calibration.samples import Sample
from eval.cli import app
from eval.trust import LABELLED, MAX_WRONG, NEAR, Carried, measure, pooled_wrong


def made(name: str, count: int = 400, hard: float = 0.0, seed: int = 1) -> list[Sample]:
    """Questions whose cosine, less `hard`, says how likely their answer is right; every fourth has no answer."""
    chance = np.random.default_rng(seed)
    found = []
    for number, dense in enumerate(chance.random(count)):
        answerable = number % 4 > 0
        right = answerable and bool(chance.random() < 1 / (1 + np.exp(-20 * (dense - hard - 0.4))))
        kind = "in" if answerable else NEAR
        signals = Signals(top_dense=float(dense if answerable else dense / 2))
        found.append(Sample(f"{name}{number}", name, f"{name}{number}", kind, signals, right, answerable))
    return found


@pytest.fixture(scope="module")
def alike() -> list[Sample]:
    return [each for name, seed in (("a", 1), ("b", 2), ("c", 3)) for each in made(name, seed=seed)]


def test_sets_alike_keep_to_what_the_others_promise(alike: list[Sample]) -> None:
    for each in measure(alike, splits=20):
        assert each.questions == 400
        assert 0.7 < each.missing < 0.9
        assert each.error < 0.1
        assert each.carried.answered > 0.2
        assert each.carried.wrong < 2 * MAX_WRONG
        assert each.labelled.count == 400 - LABELLED


def test_a_bound_that_can_be_proven_holds_in_nearly_all_splits() -> None:
    found = measure([each for seed in (1, 2, 3) for each in made(f"s{seed}", 1200, seed=seed)], splits=30)
    assert all(each.bounded.exceeded <= 0.1 for each in found)
    assert all(0.2 < each.bounded.answered < 0.6 for each in found)


def test_a_set_that_is_harder_than_the_others_shows_it_until_some_of_it_is_labelled(alike: list[Sample]) -> None:
    odd = next(each for each in measure([*alike, *made("odd", hard=0.35, seed=4)], splits=1) if each.name == "odd")
    assert odd.carried.wrong > 2 * MAX_WRONG
    assert odd.labelled.wrong < odd.carried.wrong / 2
    assert odd.error > 0.05


def test_nothing_of_a_set_takes_part_in_what_is_measured_on_it(alike: list[Sample]) -> None:
    """Turning its labels moves its own figures, and not what is answered."""
    turned = [replace(each, right=not each.right) if each.source == "a" else each for each in alike]
    before, after = (next(each for each in measure(found, splits=1) if each.name == "a") for found in (alike, turned))
    assert before.carried.answered == after.carried.answered
    assert before.carried.wrong < 0.2 < 0.8 < after.carried.wrong


def test_a_set_without_questions_whose_fact_is_missing_has_no_figure_for_them(alike: list[Sample]) -> None:
    plain = [each for each in alike if each.source != "a" or each.answerable]
    assert np.isnan(next(each for each in measure(plain, splits=1) if each.name == "a").missing)


def test_pooled_wrong_counts_answers() -> None:
    assert pooled_wrong([Carried(0.5, 0.1, 100), Carried(0.1, 0.5, 100)]) == pytest.approx(10 / 60)
    assert pooled_wrong([Carried(0.0, 0.0, 100)]) == 0


def test_without_any_set_there_is_nothing_to_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.learning_cli.BASELINES", {})
    done = CliRunner().invoke(app, ["trust", "--work", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is nothing to measure" in done.output
