"""A base's own thresholds are used for that base and for no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.decision.calibration_of_base import FOLDER, MARKS, for_base, marks
from bot.errors import BadPolicy

ARTICLES = [f"article-{number:03}" for number in range(200)]


@pytest.fixture
def default(tmp_path: Path) -> Path:
    """The folder with a default that answers from 0.8 and one base's own file, from 0.6."""
    values = {"weights": {}, "intercept": 0.0, "clarify_from": 0.3}
    path = tmp_path / "default.json"
    path.write_text(json.dumps(values | {"answer_from": 0.8}), encoding="utf-8")
    (tmp_path / FOLDER).mkdir()
    own = json.dumps(values | {"answer_from": 0.6, "known_by": list(marks(ARTICLES))})
    (tmp_path / FOLDER / "kb.json").write_text(own, encoding="utf-8")
    return path


def test_the_base_it_was_fitted_on_gets_its_own(default: Path) -> None:
    assert for_base(default, ARTICLES).answer_from == 0.6


def test_the_base_stays_known_while_articles_come_and_go(default: Path) -> None:
    assert for_base(default, [*ARTICLES[40:], "new-1", "new-2"]).answer_from == 0.6


def test_another_base_gets_what_carries_over(default: Path) -> None:
    assert for_base(default, [f"other-{number}" for number in range(200)]).answer_from == 0.8
    assert for_base(default, ARTICLES[:20]).answer_from == 0.8
    assert for_base(default, []).answer_from == 0.8


def test_a_file_that_names_no_base_is_refused_with_what_to_do(default: Path) -> None:
    (default.parent / FOLDER / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadPolicy, match=r"a\.json.*eval calibrate"):
        for_base(default, ARTICLES)


def test_marks_are_spread_over_the_base() -> None:
    assert len(marks(ARTICLES)) == MARKS
    assert marks(["b", "a"]) == ("a", "b")
    assert marks([]) == ()
