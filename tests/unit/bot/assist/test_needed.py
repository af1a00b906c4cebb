"""A message that asks how something is needs an article rather than one that has something done, however it is put."""

from __future__ import annotations

import pytest

from bot.assist.needed import cues

FACTS = (
    "Is there a view from the room?",
    "Sounds good, but do they allow pets?",
    "First can you tell me whether the rooms are quiet?",
    "how do I reset the hub",
    "Can I pay in instalments?",
    "ok which plan includes recordings",
)
DEEDS = (
    "Can you book it for two people, please?",
    "Yes. I need a table for Friday. What is their phone number?",
    "how about a cheap one, can I get the address",
    "I am looking for information on the Gonville hotel.",
    "my order number is 4711",
    "Tuesday at 5. Thank you. Bye.",
)


@pytest.mark.parametrize("confidence", [0.0, 0.3, 1.0])
def test_who_asks_for_a_fact_needs_an_article_before_who_wants_a_deed(confidence: float) -> None:
    facts = [cues(text, confidence) for text in FACTS]
    deeds = [cues(text, confidence) for text in DEEDS]
    assert [each.fact for each in (*facts, *deeds)] == [1.0] * len(FACTS) + [0.0] * len(DEEDS)
    assert min(each.probability for each in facts) > max(each.probability for each in deeds)


def test_the_surer_the_best_article_the_likelier_it_is_needed() -> None:
    told = [cues("the light blinks red", confidence).probability for confidence in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert told == sorted(told)
    assert (told[0] < 0.1, told[-1] > 0.9) == (True, True)


@pytest.mark.parametrize("text", ["", "?", " \n" * 5000, "i am " * 5000, "tell me us " * 3000])
def test_any_text_has_a_probability(text: str) -> None:
    assert 0.0 < cues(text, 0.5).probability < 1.0
