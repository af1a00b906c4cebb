"""Owns the rule that tells a title asked for from a question that is only like one."""

from __future__ import annotations

import pytest

from bot.decision.confidence import BY_TITLE, Calibration
from bot.decision.signals import Signals
from bot.retrieval.by_title import asks_by_title


@pytest.mark.parametrize(
    "question",
    ["How do I open an account?", "open account", "I want to open an account please", "Hi, can I open my account"],
)
def test_a_title_in_the_frame_of_a_question_is_asked_for(question: str) -> None:
    assert asks_by_title(question, "Open an account")


@pytest.mark.parametrize(
    "question",
    [
        "How do I open a second account?",
        "I can't open an account",
        "Why open an account?",
        "account open",
        "How do I close an account?",
        "open an account for my son",
        "",
    ],
)
def test_whatever_says_more_or_less_is_another_question(question: str) -> None:
    assert not asks_by_title(question, "Open an account")


def test_one_word_is_a_subject_and_no_question() -> None:
    assert not asks_by_title("returns", "Returns")
    assert not asks_by_title("how do I", "How do I")


def test_the_least_confidence_is_that_of_a_title_asked_for() -> None:
    calibration = Calibration({"rank_score": 10.0}, -4.0, answer_from=0.9, clarify_from=0.5)
    low, high = Signals(rank_score=0.1), Signals(rank_score=2.0)
    assert calibration.confidence(Signals(rank_score=0.1, titled=True)) == BY_TITLE
    assert calibration.confidence(Signals(rank_score=2.0, titled=True)) == calibration.confidence(high) > BY_TITLE
    assert calibration.confidence(low) < 0.1
