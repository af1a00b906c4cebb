"""The fit finds the values that made the turns, and tells how well they do on turns left out."""

from __future__ import annotations

import random

import pytest

from bot.retrieval import dialogue
from bot.retrieval.dialogue import Needs
from eval.dialogue_fit import Turn, fit, halves


def turns(count: int) -> list[Turn]:
    """Messages whose need is drawn with the probability in use."""
    chance = random.Random(1)
    found = []
    for _ in range(count):
        signals = Needs(
            chance.uniform(0.1, 0.8), chance.uniform(0, 0.4), float(chance.random() < 0.4), chance.uniform(0, 3)
        )
        found.append(Turn(signals, chance.random() < signals.probability))
    return found


def test_the_values_that_made_the_turns_are_found_again() -> None:
    fitting, left_out = halves(turns(6000))
    found = fit(fitting, left_out)
    assert found.in_use["SPREAD"] == dialogue.SPREAD
    for name, value in found.in_use.items():
        assert found.fitted[name] == pytest.approx(value, rel=0.25), name
    assert found.auroc == pytest.approx(found.auroc_in_use, abs=0.01)
    assert 0.8 < found.auroc < 1


def test_a_short_message_that_is_like_the_turns_needs_them() -> None:
    like, unlike = Needs(0.8, 0.05, 1.0, 1.0), Needs(0.1, 0.3, 0.0, 2.5)
    assert like.probability > 0.9
    assert unlike.probability < 0.1
