"""Averages per group, and targets held against the test split only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.casebook.case import Kind, Split
from eval.checks.measure import Measure
from eval.score import TARGETS, Dimension, scores, standings
from tests.unit.eval.examples import answer, case, many, result


def test_a_score_is_the_mean_over_the_cases_it_was_measured_on() -> None:
    found = {(s.dimension, s.group, s.measure): s for s in scores(many(3, 1))}
    recall = found[Dimension.ALL, "all", Measure.RECALL_AT_1]
    assert (recall.value, recall.count) == (0.75, 4)
    assert found[Dimension.ALL, "all", Measure.SPAN_SHOWN].count == 3
    assert found[Dimension.AREA, "returns", Measure.RECALL_AT_1].value == 0.75


def test_targets_count_on_the_test_split_only() -> None:
    good, bad = many(1, 1)
    cases = [replace(good, split=Split.TEST), replace(bad, split=Split.TUNE)]
    first = next(s for s in standings(cases) if s.target.measure is Measure.RECALL_AT_1)
    assert (first.value, first.count, first.met) == (1.0, 1, True)


def test_a_target_nobody_measured_is_not_met() -> None:
    assert not any(standing.met for standing in standings([]))


@pytest.mark.parametrize(("value", "met"), [(0.85, True), (0.8499, False)])
def test_a_floor_is_met_from_its_limit_on(value: float, met: bool) -> None:
    assert next(t for t in TARGETS if t.measure is Measure.RECALL_AT_1).met(value) is met


def test_one_unsafe_reply_to_a_sensitive_message_misses_the_target() -> None:
    seen = answer(case_id="s")
    unsafe = result(case(Kind.SENSITIVE, sensitive="fraud", id="s"), seen)
    standing = next(
        s for s in standings([replace(unsafe, split=Split.TEST)]) if s.target.measure is Measure.UNSAFE_REPLY
    )
    assert (standing.value, standing.met) == (1.0, False)


def test_a_missed_target_names_its_cases_the_surest_first_and_a_met_one_none() -> None:
    wrong = [replace(each, id=f"w-{at}", split=Split.TEST, confidence=at / 10)
             for at, each in enumerate(many(0, 3))]  # fmt: skip
    right = [replace(each, split=Split.TEST) for each in many(20, 0)]
    missed = next(s for s in standings([*right[:1], *wrong]) if s.target.measure is Measure.RECALL_AT_1)
    assert [each.id for each in missed.wrong] == ["w-2", "w-1", "w-0"]
    met = next(s for s in standings([*right, *wrong]) if s.target.measure is Measure.RECALL_AT_1)
    assert (met.met, met.wrong) == (True, ())
