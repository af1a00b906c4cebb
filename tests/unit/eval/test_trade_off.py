"""What the page of targets lists is what the command that it prints would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.casebook import trade_off as kept
from bot.casebook.trade_off import BadTradeOff, Offer, TradeOff
from bot.decision.confidence import Calibration
from bot.decision.signals import Signals
from eval.calibrate import Fitted, Wanted, calibrate
from eval.calibration.samples import Sample
from eval.calibration.trade_off import TARGETS, trade_off

BEFORE = Calibration({"top_dense": 1.0}, 0.0, 0.5, 0.3)
COUNT = 600


def asked() -> list[Sample]:
    rng = np.random.default_rng(1)
    return [
        Sample(f"s{n}", "own", f"g{n}", "answerable", Signals(top_dense=float(d)), bool(rng.random() < d**0.2), True)
        for n, d in enumerate(rng.random(COUNT))
    ]


def fitted(max_wrong: float, answer_from: float | None = None) -> Fitted:
    return calibrate(asked(), [], BEFORE, replace(Wanted(max_wrong), answer_from=answer_from), "gen")


@pytest.fixture(scope="module")
def offered() -> TradeOff:
    areas = {f"s{n}": "hub" if n % 3 else "returns" for n in range(COUNT)}
    return trade_off(asked(), fitted(0.1).estimates, areas, 0.95, "gen", "kb")


def test_the_command_of_an_offer_makes_what_the_offer_says(offered: TradeOff) -> None:
    checked = [target for target in offered.targets if target.proven]
    assert checked
    for target in checked[:3]:
        assert target.proven is not None
        assert target.seen is not None
        proven, by_hand = fitted(target.max_wrong), fitted(target.max_wrong, target.seen.threshold)
        assert proven.calibration.answer_from == target.proven.threshold
        assert not proven.calibration.estimated
        assert by_hand.calibration.answer_from == target.seen.threshold
        assert by_hand.calibration.estimated
        assert f"--max-wrong {target.max_wrong:g} --confidence 0.95" in target.proven.command
        assert target.seen.command.endswith(f"--answer-from {target.seen.threshold:g}")


def test_a_promise_costs_answers_and_a_strict_one_may_be_impossible(offered: TradeOff) -> None:
    assert [target.max_wrong for target in offered.targets] == list(TARGETS)
    assert offered.targets[0].proven is None
    for target in offered.targets:
        for offer in (target.proven, target.seen):
            assert offer is None or offer.wrong <= target.max_wrong * offer.answered
        if target.proven and target.seen:
            assert target.proven.answered <= target.seen.answered


def test_the_areas_add_up(offered: TradeOff) -> None:
    offers: list[Offer] = [offer for target in offered.targets for offer in (target.proven, target.seen) if offer]
    for offer in offers:
        assert [area.area for area in offer.areas] == ["hub", "returns"]
        assert sum(area.asked for area in offer.areas) == COUNT == offered.cases
        assert sum(area.answered for area in offer.areas) == offer.answered
        assert sum(area.wrong for area in offer.areas) == offer.wrong


def test_the_file_comes_back_and_a_broken_one_says_what_to_do(tmp_path: Path, offered: TradeOff) -> None:
    path = tmp_path / "deep" / kept.FILE
    assert kept.read(path) is None
    kept.write(path, offered)
    assert kept.read(path) == offered
    assert offered.nearest(0.052).max_wrong == 0.05
    for text in ("{", "[]", '{"format": 0}', '{"format": 1}', '{"format": 1, "targets": 3}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadTradeOff, match="eval calibrate --dry-run"):
            kept.read(path)
