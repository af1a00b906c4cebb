"""The confidence of what goes on about the article cited last looks at what the message says by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.decision.confidence import BY_TITLE, OTHER_CODE, PINNED, Calibration, GoesOn, read_calibration
from bot.decision.signals import Signals
from bot.errors import BadPolicy

ON = GoesOn(log_odds=0.5, left_open=-20.0, late=4.0, intercept=-3.0)
CALIBRATION = Calibration({"late": 4.0}, -1.0, 0.8, 0.6, goes_on=ON)
ANSWERED = Signals(late=0.9, goes_on=True, own_left_open=-0.1, own_late=0.7)
OPEN = replace(ANSWERED, own_left_open=0.1)


def test_a_message_that_comes_nearer_to_what_is_left_open_is_less_sure() -> None:
    assert CALIBRATION.confidence(OPEN) < 0.5 < 0.8 < CALIBRATION.confidence(ANSWERED)
    assert CALIBRATION.confidence(replace(ANSWERED, own_late=0.2)) < CALIBRATION.confidence(ANSWERED)
    assert CALIBRATION.confidence(replace(ANSWERED, late=0.2)) < CALIBRATION.confidence(ANSWERED)


def test_it_is_as_sure_as_a_first_message_where_it_does_not_go_on_or_nothing_is_known_of_the_base() -> None:
    first = CALIBRATION.confidence(replace(OPEN, goes_on=False))
    assert first == replace(CALIBRATION, goes_on=None).confidence(OPEN) > 0.9


def test_the_title_and_a_pinned_article_stand_above_it() -> None:
    assert CALIBRATION.confidence(replace(OPEN, titled=True)) == BY_TITLE
    assert CALIBRATION.confidence(replace(OPEN, pinned=True)) == PINNED


def test_an_article_about_another_code_is_no_answer_unless_its_author_says_so() -> None:
    other = replace(ANSWERED, goes_on=False, titled=True, other_code=True)
    assert CALIBRATION.confidence(other) == OTHER_CODE
    assert CALIBRATION.confidence(replace(other, pinned=True)) == PINNED


def test_a_sure_answer_stays_a_number() -> None:
    certain = replace(CALIBRATION, weights={"late": 1000.0})
    assert 0 < certain.confidence(OPEN) < certain.confidence(ANSWERED) < 1


@pytest.mark.parametrize("wrong", [{"log_odds": 1.0}, {"log_odds": 1, "left_open": 1, "late": "x", "intercept": 0}, 3])
def test_a_file_with_odd_weights_is_told(tmp_path: Path, wrong: object) -> None:
    path = tmp_path / "kb.json"
    known = {"weights": {}, "intercept": 0, "answer_from": 0.8, "clarify_from": 0.6}
    path.write_text(json.dumps(known | {"goes_on": wrong}))
    with pytest.raises(BadPolicy, match="eval calibrate"):
        read_calibration(path)
