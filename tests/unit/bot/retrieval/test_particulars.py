"""What is told of a purchase is left out of the search; what may decide the answer never is."""

from __future__ import annotations

import time

import pytest

from bot.retrieval.particulars import without_particulars

ASKED = "How do I reset the hub?"


@pytest.mark.parametrize(
    "told",
    [
        "I ordered it on 3 March and paid 79 pounds.",
        "I bought it at your online shop two weeks ago.",
        "Order no. FW-204518.",
        "My order is FW-118204, placed on Black Friday.",
        "I've been a customer since 2023.",
        "It cost me 59 euros in October.",
        "My name is Peter Lang.",
        "I'm Anna and I bought this for 89 euros last month!",
        "I placed an order on Monday for $149.",
    ],
)
def test_particulars_of_a_purchase_are_not_searched(told: str) -> None:
    assert without_particulars(f"{ASKED} {told}") == ASKED
    assert without_particulars(f"{told} {ASKED}") == ASKED


@pytest.mark.parametrize(
    "told",
    [
        "I ordered two, only one came on Monday.",
        "I paid 79 pounds twice.",
        "I paid $129 with PayPal.",
        "I bought it in a store.",
        "I bought it used.",
        "It is P-601 since Monday.",
        "It is 804 since Monday.",
        "It was a gift.",
        "I bought the lock last week.",
        "I'm disabled.",
        "I live in Leeds.",
        "I have 20 bulbs.",
        "It was delivered on Monday.",
        "When was it ordered?",
    ],
)
def test_what_may_decide_the_answer_stays(told: str) -> None:
    assert without_particulars(f"{ASKED} {told}") == f"{ASKED} {told}"


def test_a_message_of_particulars_alone_stays_as_it_is() -> None:
    for text in ("I ordered it on Monday.", "FW-204518. I paid 79 pounds.", "Order FW-118204. The lock?"):
        assert without_particulars(text) == text


def test_hostile_text_is_read_in_linear_time() -> None:
    started = time.thread_time()
    for text in (
        "from your shop " * 400, "a-12345 " * 700, "two weeks " * 500, "i'm Anna " * 500, "$1,1,1 " * 700,
        "9" * 5000, "order no " * 500, ". " * 2500, "-" * 5000,
    ):  # fmt: skip
        without_particulars(f"{text}xyz. {text}")
    assert time.thread_time() - started < 0.5
