"""What a rewrite may and may not say against the span it cites, case by case. Refuses to judge by likeness."""

from __future__ import annotations

import pytest

from bot.answering.draft import Citation, Draft, Statement
from bot.answering.proof import Finding, finding, proven
from kb_ingest.article import Visibility

SOURCE = (
    "You can return an opened camera within 30 days of delivery. It must have all accessories. "
    "Returns cost $7.95 in the US and €5.95 in the EU, unless the item is faulty. We don't refund the delivery charge."
)
STEPS = (
    "To reset the hub:\n\n1. Hold the button for 10 seconds.\n2. Let go when the light turns blue.\n3. Open Settings."
)
TABLE = "| Plan | Price |\n|---|---|\n| Plus | $4.99 a month |\n| Complete | $11.99 a month |"


def cited(text: str, number: int = 1) -> Citation:
    return Citation(number, f"article-{number}", "Returns", "v1", 0, len(text), text, Visibility.PUBLIC)


def judged(said: str, source: str = SOURCE) -> Finding | None:
    return finding((Statement(said, 1),), (cited(source),))


@pytest.mark.parametrize(
    "said",
    [
        SOURCE,
        "Within 30 days of delivery, you can return an opened camera. It must have all accessories. Unless the item "
        "is faulty, returns cost $7.95 in the US and €5.95 in the EU. We do not refund the delivery charge.",
        "- You can return an opened camera within thirty days of delivery.\n- It has to have all accessories.\n"
        "- Returns cost $7.95 in the US and €5.95 in the EU, unless the item is faulty.\n"
        "- We don't refund the **delivery** charge.",
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_proven(said: str) -> None:
    assert judged(said) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30", "60"), ("30 days", "30 weeks"), ("30 days", "30 working days"), ("$7.95", "€7.95"), ("$7.95", "$7.59"),
        ("within", "after"), ("can", "must"), ("can", "may"), ("can", "can't"), ("must", "should"), ("must", "can"),
        ("opened ", ""), ("opened", "unopened"), (" in the US", ""), ("the US", "the UK"), ("camera", "lock"),
        (", unless the item is faulty", ""), ("unless", "if"), ("don't refund", "refund"),
        ("don't refund", "will refund"),
        ("don't refund", "do not always refund"), ("must have", "need not have"), (" of delivery", ""),
        ("all ", "some "),
        ("$7.95 in the US and €5.95 in the EU", "€5.95 in the US and $7.95 in the EU"),
        ("$7.95 in the US and €5.95 in the EU", "$7.95 in the EU and €5.95 in the US"),
        ("Returns cost", "Returns always cost"), ("Returns cost", "Only returns cost"), ("You can", "I can"),
        ("of delivery.", "of delivery. I will refund you."),
        ("of delivery.", "of delivery, and someone will call you."),
        ("of delivery.", "of delivery. What is your password?"), ("of delivery.", "of delivery. We have refunded you."),
        ("accessories.", "accessories. I am a human agent."), ("a camera", "a camera 📷"), ("It must", "Yes, it must"),
        ("of delivery.", "of delivery?"),
    ],
)  # fmt: skip
def test_an_altered_statement_is_not_proven(old: str, new: str) -> None:
    altered = SOURCE.replace(old, new, 1)
    if altered == SOURCE:
        altered = SOURCE.replace("opened camera", "opened camera " + new.split()[-1], 1)
    assert judged(altered) is not None


@pytest.mark.parametrize(
    "added",
    [
        "https://evil.example", "www.evil.example", "evil.example", "[here](https://evil.example)", "<b>now</b>",
        "&lt;b&gt;",
        "![x](https://evil.example/p.png)", "`code`", "javascript:alert(1)", "help@evil.example", "\u202e", "\u200b",
        "# now",
    ],
)  # fmt: skip
def test_links_addresses_and_markup_are_never_proven(added: str) -> None:
    assert judged(f"{SOURCE} {added}") is not None
    assert judged(SOURCE.replace("camera", f"camera {added}", 1)) is not None


def test_marks_that_carry_no_word_are_still_markup() -> None:
    assert judged(SOURCE.replace("camera", "_camera_")) is Finding.MARKUP


def test_nobody_speaks_in_the_first_person_unless_the_source_does() -> None:
    assert judged("Our refunds are sent within 14 days.", "Refunds are sent within 14 days.") is Finding.SPEECH


def test_what_limits_an_answer_cannot_be_left_out() -> None:
    assert judged("You can return an opened camera within 30 days of delivery.") is Finding.INCOMPLETE
    assert judged(SOURCE.replace(" We don't refund the delivery charge.", "")) is Finding.INCOMPLETE


def test_a_sentence_that_limits_nothing_may_be_left_out() -> None:
    source = "The hub has a light. The light shows the state of the hub. Red means an error."
    assert judged("The hub has a light.", source) is None


def test_a_word_that_points_back_brings_what_it_points_to() -> None:
    source = "Plus costs $4.99. Complete costs $11.99. It includes monitoring."
    assert judged("Plus costs $4.99. It includes monitoring.", source) is Finding.INCOMPLETE


def test_steps_are_whole_and_in_order() -> None:
    one, two, three = STEPS.split("\n")[2:]
    assert judged(STEPS, STEPS) is None
    assert judged(f"{one}\n{two}\nThen open Settings.", STEPS) is None
    assert judged(f"{one}\n{three}", STEPS) is Finding.INCOMPLETE
    assert judged(f"{one}\n{three}\n{two}", STEPS) is Finding.OUT_OF_ORDER
    assert judged(STEPS.replace("2. Let", "12. Let"), STEPS) is Finding.OUT_OF_ORDER
    assert judged(STEPS.replace("2. Let", "- Let"), STEPS) is None


def test_a_row_keeps_its_cells_together() -> None:
    assert judged("Plus: $4.99 a month", TABLE) is None
    assert judged("Plus: $11.99 a month", TABLE) is Finding.UNSUPPORTED
    assert judged("| Plan | Price |\n|---|---|\n| Plus | $4.99 a month |", TABLE) is None
    assert judged("| Plus | $11.99 a month |", TABLE) is Finding.UNSUPPORTED


def test_a_statement_stands_on_the_source_it_names() -> None:
    first, second = cited("Plus costs $4.99.", 1), cited("Complete costs $11.99.", 2)
    right = (Statement("Plus costs $4.99.", 1), Statement("Complete costs $11.99.", 2))
    wrong = (Statement("Plus costs $4.99.", 2), Statement("Complete costs $11.99.", 1))
    assert proven(Draft(right, (first, second)))
    assert finding(wrong, (first, second)) is Finding.UNSUPPORTED
    assert finding((Statement("Plus costs $4.99.", 3),), (first, second)) is Finding.NO_SUCH_SOURCE


def test_two_variants_are_never_told_as_one() -> None:
    first, second = cited("In the US, Plus costs $4.99.", 1), cited("In the UK, Plus costs $5.49.", 2)
    merged = (Statement("In the US, Plus costs $5.49.", 1), Statement("In the UK, Plus costs $5.49.", 2))
    assert finding(merged, (first, second)) is Finding.UNSUPPORTED


def test_the_path_through_menus_keeps_its_order() -> None:
    source = "Open the camera, then Settings > Wi-Fi > Signal test."
    assert judged("Open the camera, then Wi-Fi > Settings > Signal test.", source) is Finding.UNSUPPORTED


def test_a_condition_does_not_move_to_another_part() -> None:
    source = "If the light is red, unplug the hub and wait a minute."
    assert judged("Unplug the hub and, if the light is red, wait a minute.", source) is Finding.UNSUPPORTED
    assert judged("If the light is red, unplug the hub. Wait a minute.", source) is Finding.UNSUPPORTED
    assert judged("Unplug the hub and wait a minute if the light is red.", source) is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("The seller pays the carrier.", "The carrier pays the seller."),
        ("Hold the red button near the blue light.", "Hold the blue button near the red light."),
        ("Remove the battery before you press the button.", "Press the button before you remove the battery."),
        ("Move from Hub 1 to Hub 2.", "Move from Hub 2 to Hub 1."),
        ("The hub is not sold in the EU but works there.", "The hub is sold in the EU but does not work there."),
        ("Only owners can remove devices.", "Owners can remove only devices."),
        ("Your refund is sent within 14 days.", "Your refund has been sent within 14 days."),
        ("We refund the items after 14 days.", "We refunded the items after 14 days."),
        ("You get a refund or an exchange.", "You get a refund and an exchange."),
        ("Cards take 3 days and transfers take 5 days.", "Transfers take 3 days and cards take 5 days."),
        ("It works with iOS 16 or later.", "It works with iOS 16."),
        ("With Complete in the EU, Fernwick calls you.", "With EU in the Complete, Fernwick calls you."),
        ("You can exchange a camera for a lock.", "You can exchange a lock for a camera."),
        ("Tell us the model (WT-UK, WT-US or WT-EU) now.", "Tell us the model (WT-US, WT-UK or WT-EU) now."),
        ("The app asks for your PIN; support never does.", "Support asks for your PIN; the app never does."),
    ],
)
def test_the_same_words_in_other_roles_are_not_proven(source: str, said: str) -> None:
    assert judged(said, source) is not None


def test_a_phrase_moves_with_its_preposition() -> None:
    assert judged("In the EU, call UPS to prepare the parcel.", "Call UPS to prepare the parcel in the EU.") is None
    assert judged("Preparing a hub takes 3 days.", "It takes 3 days to prepare a hub.") is None


def test_a_sentence_of_words_without_weight_is_not_half_of_another() -> None:
    source = "We are waiting for you. Open the message; we send the item back."
    assert judged("We are for you. Open the message; we send the item back.", source) is Finding.UNSUPPORTED


def test_very_long_output_is_not_read() -> None:
    assert judged(SOURCE * 50) is Finding.TOO_LONG


def test_nothing_is_not_an_answer() -> None:
    assert finding((), (cited(SOURCE),)) is Finding.EMPTY
    assert judged("\n \n") is Finding.EMPTY
