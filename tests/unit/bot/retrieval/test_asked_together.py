"""A message that asks several questions is told from one that asks one in several sentences."""

from __future__ import annotations

import time

import pytest

from bot.retrieval.asked_together import asked_by_itself, questions_in, stands_alone


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how do I reset hub 2 and how long is the warranty", ("how do I reset hub 2", "how long is the warranty")),
        ("where is my order? also can i get an invoice", ("where is my order?", "also can i get an invoice")),
        ("do u ship to Malta n do u take amex", ("do u ship to Malta", "do u take amex")),
        ("1) what is E-102 2) how do I pair a bulb", ("what is E-102", "how do I pair a bulb")),
        ("My lock is loud. Can I oil it? What battery fits?", ("Can I oil it?", "What battery fits?")),
        ("the price of Plus?\nhow do I cancel", ("the price of Plus?", "how do I cancel")),
        ("is it loud? is it big? is it heavy?", ("is it loud?", "is it big?", "is it heavy?")),
    ],
)
def test_the_questions_are_taken_apart(text: str, asked: tuple[str, ...]) -> None:
    assert questions_in(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "how do I reset hub 2",
        "can I return it and get my money back",
        "The hub blinks and the app is slow. What now?",
        "is it? was it? or not? and how? why a? why b? why cameras? why hubs? why locks? why bulbs?",
        "",
        "how do I reset it? " * 60,
    ],
)
def test_one_question_or_too_many_stay_whole(text: str) -> None:
    assert questions_in(text) == ()


def test_a_question_that_points_back_does_not_stand_alone() -> None:
    assert stands_alone("how long is the warranty in France")
    assert not stands_alone("is that really true for cameras")
    assert not stands_alone("how much?")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("We moved in last week. How do I reset Hub 2?", "How do I reset Hub 2?"),
        ("how do i reset hub 2, we moved in last week", ""),
        ("Baby's room runs warm, can I add a second sensor?", "can I add a second sensor?"),
        ("How do I reset Hub 2? We love it otherwise.", "How do I reset Hub 2?"),
        ("It fell off the wall. Is it broken?", ""),
        ("How do I reset Hub 2?", ""),
        ("Is it loud? How do I reset Hub 2? We moved.", ""),
    ],
)
def test_one_question_with_a_story_is_asked_by_itself_where_it_says_what_it_asks(text: str, asked: str) -> None:
    assert asked_by_itself(text) == asked


def test_hostile_text_is_taken_apart_in_linear_time() -> None:
    started = time.thread_time()
    for text in ("and " * 150, ", " * 300, "\n" * 600, "1) " * 200, "?" * 600, "how " * 150, " " * 600, "a" * 10**6):
        questions_in(text)
        asked_by_itself(text)
    assert time.thread_time() - started < 0.5
