"""The fit finds the values that made the turns, and tells how well they do on turns left out."""

from __future__ import annotations

import random

import pytest

from bot.retrieval import dialogue
from bot.retrieval.dialogue import Needs
from eval.dialogue_fit import Turn, fit, shares


def turns(count: int) -> list[Turn]:
    """Messages whose need is drawn with the probability in use."""
    chance = random.Random(1)
    found = []
    for _ in range(count):
        carried, points, joins = (float(chance.random() < share) for share in (0.4, 0.5, 0.2))
        best, said = chance.uniform(0.4, 1), chance.uniform(0.2, 0.6)
        closeness, spread = chance.uniform(0.1, 0.8), chance.uniform(0, 0.4)
        signals = Needs(carried, chance.uniform(0, 3), best, said, points, joins, closeness, spread)
        needed = chance.random() < signals.probability
        found.append(Turn(signals, "any", needed, fits=chance.random() < 0.5, first=chance.random() < 0.25))
    return found


def test_the_values_that_made_the_turns_are_found_again() -> None:
    found = fit(turns(20_000), dialogue)
    assert found.in_use["SPREAD"] == dialogue.SPREAD
    for name, value in found.in_use.items():
        assert found.fitted[name] == pytest.approx(value, rel=0.25), name
    assert found.auroc == pytest.approx(found.auroc_in_use, abs=0.01)
    assert 0.8 < found.auroc < 1


def test_what_was_found_first_is_counted_on_what_was_left_out() -> None:
    found = turns(4000)
    number, recall = shares(found, lambda each: each.first)["any"]
    assert number == sum(not each.fits for each in found)
    assert recall == pytest.approx(0.25, abs=0.03)


def test_a_short_message_that_finds_nothing_by_itself_needs_the_turns() -> None:
    leaning = Needs(carried=1, words=1.4, best=0.5, said=0.4, points=1, joins=1, closeness=0.5, spread=0.05)
    standing = Needs(carried=0, words=2.3, best=0.85, said=0.3, points=0, joins=0, closeness=0.1, spread=0.3)
    assert leaning.probability > 0.9
    assert standing.probability < 0.1
