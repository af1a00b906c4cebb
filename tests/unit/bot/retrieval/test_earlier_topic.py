"""A customer goes back to an earlier question: said in words, or by a thing that only that question spoke of."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.earlier_topic import gone_back

ASKED = ("How long does a refund take?", "How do I pair the door sensor?", "Does the lock use wifi?")
REPLIED = ("Five days.", "Hold its button, then open the app.", "No, it does not.")


def talk(asked: Sequence[str] = ASKED, replied: Sequence[str] = REPLIED) -> list[Utterance]:
    """Each question with its reply."""
    said = [text for pair in zip(asked, replied, strict=True) for text in pair]
    return [Utterance((Speaker.CUSTOMER, Speaker.BOT)[turn % 2], text, turn) for turn, text in enumerate(said)]


@pytest.mark.parametrize(
    ("text", "meant", "place"),
    [
        ("back to the refund: is shipping part of it?", "back to the refund: is shipping part of it?", 0),
        ("ok, going back to the sensor, how high?", "ok, going back to the sensor, how high?", 1),
        ("first question again: and by PayPal?", "and by PayPal?", 0),
        ("To my first thing, and by PayPal?", "and by PayPal?", 0),
        ("that sensor, how long do the batteries last", "that sensor, how long do the batteries last", 1),
        ("the sensor again, how long do the batteries last", "the sensor again, how long do the batteries last", 1),
        ("that button from before, where is it", "that button from before, where is it", 1),
        ("back to the thing at the entrance, how high?", "back to the thing at the entrance, how high?", 1),
    ],
)
def test_what_was_asked_before_the_last_is_asked_of_again(text: str, meant: str, place: int) -> None:
    assert gone_back(text, talk()) == (meant, talk()[: 2 * (place + 1)])


@pytest.mark.parametrize(
    "text",
    [
        "and by PayPal?",
        "that lock, can I paint it?",
        "can I go back to the basic plan",
        "what is the first thing I do with the sensor",
        "how do I reset it again",
        "that doorbell, is it loud?",
        "",
    ],
)
def test_anything_else_goes_on_from_the_last_question(text: str) -> None:
    assert gone_back(text, talk()) == (text, talk())


def test_with_one_question_there_is_nothing_to_go_back_to() -> None:
    before = talk(ASKED[:1], REPLIED[:1])
    assert gone_back("back to the refund: and by PayPal?", before) == ("back to the refund: and by PayPal?", before)
    assert gone_back("first question again: and by PayPal?", []) == ("first question again: and by PayPal?", [])


def test_going_back_is_read_in_linear_time() -> None:
    slowest = 0.0
    hostile = ("ok, " * 60, "that x " * 50, "back " * 60, "the" + " a" * 140, "first " * 50, "." * 300, "that " * 9000)
    for text in hostile:
        started = time.thread_time()
        gone_back(text, talk())
        slowest = max(slowest, time.thread_time() - started)
    assert slowest < 0.5
