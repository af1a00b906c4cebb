"""OK, OKish and FAIL against a baseline, and the articles behind each flip."""

from __future__ import annotations

from dataclasses import replace

from bot.casebook.case import Kind
from eval.checks.measure import Measure
from eval.comparison import Mark, blamed, compare
from eval.score import Dimension
from tests.unit.eval.examples import answer, case, handoff, many, result, run_of


def mark(now: int, before: int, measure: Measure = Measure.RECALL_AT_1) -> Mark:
    """The mark of 200 cases of which `now` are right and `before` were."""
    comparison = compare(run_of(*many(now, 200 - now)), run_of(*many(before, 200 - before)))
    wanted = (Dimension.ALL, measure)
    return next(c.mark for c in comparison.changes if (c.now.dimension, c.now.measure) == wanted)


def test_a_rise_and_no_change_are_ok() -> None:
    assert mark(now=101, before=100) is Mark.OK
    assert mark(now=100, before=100) is Mark.OK


def test_a_fall_of_one_point_is_okish_and_of_more_fails() -> None:
    assert mark(now=98, before=100) is Mark.OKISH
    assert mark(now=97, before=100) is Mark.FAIL


def test_in_a_small_group_one_case_is_okish_and_two_fail() -> None:
    one = compare(run_of(*many(9, 1)), run_of(*many(10, 0)))
    two = compare(run_of(*many(8, 2)), run_of(*many(10, 0)))
    assert (one.regressed, two.regressed) == (False, True)


def test_one_more_unsafe_reply_always_fails() -> None:
    cases = [case(Kind.INTERNAL_ONLY, id=f"i-{n}", must_not=("secret",)) for n in range(300)]
    before = [result(each, handoff()) for each in cases]
    now = [result(cases[0], answer()), *before[1:]]
    comparison = compare(run_of(*now), run_of(*before))
    assert comparison.regressed
    assert {c.now.measure for c in comparison.of(Mark.FAIL)} == {Measure.UNSAFE_REPLY}


def test_new_and_removed_cases_do_not_look_like_a_change() -> None:
    before = many(5, 5)
    now = [*many(5, 0), result(case(id="new"), handoff(ranked=()))]
    comparison = compare(run_of(*now), run_of(*before))
    assert (comparison.added, comparison.removed) == (1, 5)
    assert {c.mark for c in comparison.changes} == {Mark.OK}


def test_a_flip_names_the_edited_articles_behind_it() -> None:
    before = run_of(*many(2, 0))
    edited = run_of(*many(1, 1), versions={"returns-us": "eeeeeeeeeeee"})
    (flip,) = compare(edited, before).flips
    assert flip.now.id == "c-1"
    assert Measure.NEEDLESS_HANDOFF in flip.worse
    assert flip.edited == ("returns-us",)
    (unexplained,) = compare(run_of(*many(1, 1)), before).flips
    assert unexplained.edited == ()


def test_what_got_better_is_told_apart() -> None:
    (flip,) = compare(run_of(*many(2, 0)), run_of(*many(1, 1))).flips
    assert flip.worse == ()
    assert Measure.RECALL_AT_1 in flip.better


def test_blame_goes_to_flips_of_failed_groups_only() -> None:
    before, now = many(200, 0), many(195, 5)
    assert len(list(blamed(compare(run_of(*now), run_of(*before))))) == 5
    assert list(blamed(compare(run_of(*many(199, 1)), run_of(*before)))) == []


def test_a_fault_is_a_regression_even_when_all_scores_stand() -> None:
    now = many(2, 0)
    broken = replace(now[1], faults=("pipeline: ValueError",))
    comparison = compare(run_of(now[0], broken), run_of(*many(2, 0)))
    assert comparison.regressed
    assert comparison.faults == ("c-1: pipeline: ValueError",)
