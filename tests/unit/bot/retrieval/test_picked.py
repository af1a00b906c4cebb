"""Owns the rules for taking one of the ways to read a question that the desk offered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.utterance import Offer, Speaker, Utterance
from bot.retrieval.picked import picked
from bot.retrieval.question import Known
from bot.retrieval.standalone import understand
from bot.retrieval.variants import read_variants

VARIANTS = read_variants(Path("data/policies/variants.yaml"))
OFFERS = (
    Offer("Return a gift", "returns-gifts"),
    Offer("United Kingdom", "returns-uk"),
    Offer("What happens to a pre-order?", "pre-orders"),
)
HELLO = Utterance(Speaker.CUSTOMER, "How do I reset the hub?", 0)
ASKED = Utterance(Speaker.CUSTOMER, "how long do I have to send it back?", 1)
WHICH = Utterance(Speaker.BOT, "Which is it?", 2, offered=OFFERS)
CONTEXT = (HELLO, ASKED, WHICH)


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("Return a gift", "returns-gifts"),
        ("  united  kingdom. ", "returns-uk"),
        ("what happens to a pre-order", "pre-orders"),
        ("1", "returns-gifts"),
        ("the second one please", "returns-uk"),
        ("It's the 2nd", "returns-uk"),
        ("option 3", "pre-orders"),
        ("the last one", "pre-orders"),
    ],
)
def test_a_label_or_its_place_takes_the_article(said: str, article: str) -> None:
    found = picked(said, CONTEXT)
    assert found is not None
    assert (found.offer.article_id, found.asked, found.before) == (article, ASKED, (HELLO,))


@pytest.mark.parametrize("said", ["none of these", "a gift", "4", "the first time it worked", "12", "", "no"])
def test_all_else_takes_nothing(said: str) -> None:
    assert picked(said, CONTEXT) is None


def test_only_what_was_offered_last_can_be_taken() -> None:
    later = (*CONTEXT, Utterance(Speaker.CUSTOMER, "hm", 3), Utterance(Speaker.BOT, "Pardon?", 4))
    assert picked("Return a gift", later) is None
    assert picked("the first", (HELLO, Utterance(Speaker.BOT, "Which?", 1, offered=OFFERS[:2]))) is not None
    assert picked("the third", (HELLO, Utterance(Speaker.BOT, "Which?", 1, offered=OFFERS[:2]))) is None
    assert picked("Return a gift", ()) is None


def test_a_pick_asks_the_question_before_again_of_the_article() -> None:
    question = understand("the second", CONTEXT, Known(), VARIANTS)
    before = understand(ASKED.text, (HELLO,), Known(region="uk"), VARIANTS)
    assert (question.picked, question.known.region) == ("returns-uk", "uk")
    assert (question.standalone, question.said, question.context) == (before.standalone, "United Kingdom", CONTEXT)
    assert question.alone is not None
    assert question.alone.picked == "returns-uk"


def test_a_pick_after_a_pick_is_about_the_first_question() -> None:
    tied = Utterance(Speaker.BOT, "Which of these?", 4, offered=(Offer("Refund times", "refunds-uk"),))
    context = (*CONTEXT, Utterance(Speaker.CUSTOMER, "United Kingdom", 3), tied)
    question = understand("Refund times", context, Known(), VARIANTS)
    assert (question.picked, question.known.region) == ("refunds-uk", "uk")
    assert "send it back" in question.standalone


COUNTRY = "Which country is your order or home in?"
REGIONS = (Offer("United States", "in-us"), Offer("United Kingdom", "in-uk"), Offer("European Union", "in-eu"))


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("uk", "in-uk"),
        ("us", "in-us"),
        ("us please", "in-us"),
        ("I'm in the US", "in-us"),
        ("France please", "in-eu"),
        ("Deutschland", "in-eu"),
        ("UK, order FW-204881", "in-uk"),
        ("uk, I paid with PayPal", ""),
        ("Does it work in the UK?", ""),
        ("my sister in Spain", ""),
        ("Switzerland", ""),
    ],
)
def test_a_place_takes_the_article_for_its_region(said: str, article: str) -> None:
    which = Utterance(Speaker.BOT, COUNTRY, 2, offered=REGIONS)
    question = understand(said, (HELLO, ASKED, which), Known(), VARIANTS)
    assert question.picked == article
    assert not article or said.split()[0] in question.standalone  # France has a row of its own in an article for the EU


def test_a_place_takes_nothing_where_not_all_offers_are_for_one_region() -> None:
    assert understand("uk", (*CONTEXT[:2], replace(WHICH, text=COUNTRY)), Known(), VARIANTS).picked == ""
