"""The measure of the suggestions: its figures on messages planted here, its targets on the public dialogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import read_settings
from eval import assist, shared_sets
from eval.assist import Observed, score
from eval.parts import workshop
from eval.shared_sets import SetMissing
from tests.conftest import ROOT


def observed(
    needed: bool, needs: float, rank: int | None = None, *, fitted: bool = False, clock: float = 0
) -> Observed:
    return Observed(needed, fitted, needs, rank, clock, clock / 2)


def test_the_figures_are_those_of_the_planted_messages() -> None:
    found = score(
        [
            observed(True, 0.9, 1, clock=10),
            observed(True, 0.4, 2, clock=20),
            observed(False, 0.5, clock=30),
            observed(False, 0.1, 1, clock=100),
            observed(True, 0.05, None, fitted=True, clock=40),
        ]
    )
    assert (found.messages, found.left_out, found.needing) == (5, 4, 3)
    assert found.auroc_left_out == pytest.approx(3 / 4)
    assert found.auroc == pytest.approx(3 / 6)
    assert (found.among, found.first) == pytest.approx((2 / 3, 1 / 3))
    assert (found.median, found.p95, found.processor_median) == (30, 100, 15)
    assert not found.well


@pytest.mark.parametrize(("needs", "rank", "well"), [(0.9, 3, True), (0.9, None, False), (0.1, 3, False)])
def test_it_goes_well_when_both_targets_are_met(needs: float, rank: int | None, well: bool) -> None:
    assert score([observed(True, needs, rank), observed(False, 0.5)]).well is well


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_on_the_public_dialogues_the_targets_are_met(tmp_path: Path) -> None:
    """How soon depends on the machine: `python -m eval assist` tells it."""
    try:
        found = shared_sets.read("dstc11_assist", ROOT / shared_sets.PLACE)
    except SetMissing as missing:
        pytest.skip(str(missing))
    with workshop(read_settings(), tmp_path / "eval") as shop:
        assert assist.measure(shop, found, len(found.questions)).well
