"""How sure an answer is that goes on about what was cited is fitted on dialogues, those that no article answers among
them, and on authors' questions; the test split is none of them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bot.decision.confidence import Calibration, read_calibration
from bot.decision.signals import Signals
from bot.settings import Settings
from eval.calibration import file as calibration_file
from eval.calibration import goes_on
from eval.calibration.samples import Sample
from eval.dialogues import Written
from eval.parts import workshop
from kb_ingest.embedder import default_cache_dir
from tests.unit.eval.test_calibration import BEFORE, Wanted, calibrate, made

LAMP = """---
id: lamp
title: The lamp
questions: [how do I reset the lamp, does the lamp blink]
unanswered: [how many screws has the lamp, how many legs has the lamp, who painted the lamp]
---

The lamp blinks twice when it is found. Press its button for five seconds to reset it.
"""
ASKED, ANSWER = "how do I reset the lamp", "Press its button for five seconds."


def planted(number: int) -> list[Sample]:
    chance = random.Random(7)
    found = []
    for place in range(number):
        right = place % 2 == 0
        own = chance.gauss(-0.1 if right else 0.1, 0.1)
        signals = Signals(late=0.8, goes_on=True, own_left_open=own, own_late=0.6)
        found.append(Sample(str(place), "s", f"article-{place}", "k", signals, right, right))
    return found


CALIBRATION = Calibration({"late": 3.0}, 0.0, 0.8, 0.6)


def test_what_comes_near_to_open_questions_is_answered_less() -> None:
    fitted = goes_on.fit(planted(400), CALIBRATION, 0.2)
    assert fitted is not None
    assert (fitted.right, fitted.open) == (200, 200)
    assert fitted.right_answered[0] == fitted.open_answered[0] == 1.0
    assert fitted.right_answered[1] > 0.8
    assert fitted.open_answered[1] < 0.4
    assert fitted.goes_on.left_open < 0


def test_the_more_is_open_the_less_is_answered() -> None:
    few, many = (goes_on.fit(planted(400), CALIBRATION, share) for share in (0.05, 0.5))
    assert few is not None
    assert many is not None
    assert few.open_answered[1] > many.open_answered[1]


def test_too_few_of_a_kind_are_no_fit() -> None:
    assert goes_on.fit(planted(2 * goes_on.LEAST - 2), CALIBRATION, 0.2) is None
    assert goes_on.fit([], CALIBRATION, 0.2) is None


def test_the_file_has_it_and_a_new_calibration_without_dialogues_has_none(tmp_path: Path) -> None:
    fitted = calibrate(made(600), [], BEFORE, Wanted(max_wrong=0.15), "gen")
    followed = fitted.going_on(goes_on.fit(planted(400), CALIBRATION, 0.2))
    for each, path in ((followed, tmp_path / "on.json"), (fitted, tmp_path / "off.json")):
        calibration_file.write(path, each.calibration, each.provenance)
        read = read_calibration(path).goes_on
        assert (read is None) == (each.goes_on is None) == ("goes_on" not in json.loads(path.read_text()))
        assert read is None or read.left_open == pytest.approx(followed.calibration.goes_on.left_open, abs=1e-5)


def test_dialogues_of_the_base_and_open_questions_after_an_answer_are_observed(tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text(LAMP, encoding="utf-8")
    (tmp_path / "siren.md").write_text("---\nid: siren\ntitle: The siren\n---\n\nIt is loud.\n", encoding="utf-8")
    settings = Settings(model_cache_dir=default_cache_dir(), data_dir=tmp_path)
    further = {"lamp": "and how long do I press?", "elsewhere": "and then?"}
    answered = [Written(article, ASKED, ANSWER, then) for article, then in further.items()]
    left_open = [Written("lamp", ASKED, ANSWER, "and who painted it?")]
    with workshop(settings, tmp_path) as shop:
        shop.refresh([tmp_path / "lamp.md", tmp_path / "siren.md"], tmp_path / "index")
        found = list(goes_on.observed(shop.responder(tmp_path / "index"), answered, left_open))
    assert [(each.source, each.group, each.right) for each in found] == [
        ("answered", "lamp", True), ("unanswered", "lamp", False), ("authors", "lamp", False),
    ]  # fmt: skip
    assert all(each.signals.goes_on and each.signals.own_late for each in found)
    assert found[0].signals.own_left_open < found[1].signals.own_left_open
