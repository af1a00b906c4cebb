"""What customers take back: another device, another code, "that's not what I asked"; not what they complain of."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.corrections import DID_NOT_HELP, corrected, meant
from bot.retrieval.question import Known, Question
from bot.retrieval.replaced import code_in_full, named_in
from bot.retrieval.standalone import Carried, understand
from bot.retrieval.variants import VariantPolicy, read_variants

POLICIES = Path(__file__).parents[4] / "data" / "policies"


@pytest.fixture(scope="module")
def variants() -> VariantPolicy:
    return read_variants(POLICIES / "variants.yaml")


def after(variants: VariantPolicy, text: str, *before: str) -> Question:
    """The message after the customer's messages, each answered from an article."""
    answered = [
        (Utterance(Speaker.CUSTOMER, said, 2 * place), Utterance(Speaker.BOT, "Hold it.", 2 * place + 1, ("told",)))
        for place, said in enumerate(before)
    ]
    return understand(text, [each for pair in answered for each in pair], Known(), variants)


@pytest.mark.parametrize(
    ("before", "text", "searched"),
    [
        (["E-102"], "and E-110?", "and E-110?"),
        (["camera shows C-204"], "and C-209?", "camera shows and C-209?"),
        (["What is error 53?"], "and error 57?", "and error 57?"),
        (["the GU10 shows E-102"], "and E-110?", "the GU10 shows and E-110?"),
        (["E-102", "and E-110?"], "and E-101?", "and E-101?"),
    ],
)
def test_another_code_takes_the_place_of_the_one_before(
    variants: VariantPolicy, before: list[str], text: str, searched: str
) -> None:
    question = after(variants, text, *before)
    assert (question.standalone, question.carried) == (searched, Carried.ELLIPSIS)
    assert question.cited == ()
    assert not question.asks_anew


def test_a_code_of_another_form_replaces_none(variants: VariantPolicy) -> None:
    assert named_in("FW-482913", variants).without("my hub shows E-102") == "my hub shows E-102"


@pytest.mark.parametrize(
    ("before", "text", "searched", "product"),
    [
        (["how do I reset the camera"], "no, the outdoor one", "how do I reset the Watch Cam Outdoor",
         "watch-cam-outdoor"),
        (["how do I reset the camera", "no, the outdoor one"], "actually I mean the doorbell",
         "how do I reset the Chime Doorbell", "chime-doorbell"),
        (["set up the indoor camera"], "not indoor, outdoor", "set up the Watch Cam Outdoor", "watch-cam-outdoor"),
        (["set up the indoor camera"], "I meant outdoor", "set up the Watch Cam Outdoor", "watch-cam-outdoor"),
        (["does sense motion do 5ghz"], "not the motion one, the door sensor", "does Sense Door do 5ghz", "sense-door"),
        (["battery of the doorbell"], "I meant the lock, not the doorbell", "battery of the Latch Lock", "latch-lock"),
    ],
)  # fmt: skip
def test_a_correction_names_the_device_that_was_meant(
    variants: VariantPolicy, before: list[str], text: str, searched: str, product: str
) -> None:
    question = after(variants, text, *before)
    assert (question.standalone, question.known.product) == (searched, product)
    assert question.takes_back
    assert (question.cited, question.carried) == ((), Carried.CORRECTED)


def test_the_old_one_is_the_old_hub_only_where_the_talk_is_of_hubs(variants: VariantPolicy) -> None:
    assert after(variants, "the old one", "reset hub").known.product == "hub-1"
    assert after(variants, "the old one", "recycle a lamp").known.product is None
    assert after(variants, "where do I recycle the old one", "reset hub").known.product is None


@pytest.mark.parametrize("text", ["not charging, what now", "not working, help", "it is on, not off", "not the app"])
def test_what_was_not_spoken_of_is_not_denied(variants: VariantPolicy, text: str) -> None:
    assert meant(text, ["how do I install the doorbell"], variants) == text


@pytest.mark.parametrize(
    ("before", "text", "searched"),
    [
        (["what does E-101 mean"], "typo!! 102", "what does mean E-102"),
        (["the plug says P-601"], "no wait its a 603, no glasses", "the plug says its a P-603, no glasses"),
        (["how do I pair Sense Door"], "oops not door, climate", "how do I pair Sense Climate"),
        (["does the hub charge"], "argh i wrote hub. the doorbell of course", "does the the doorbell charge"),
        (["can a glow bulb hang outdoors"], "i mean the strip sry", "can a Glow Strip hang outdoors"),
        (["can I still cancel it"], "i meant change the colour, not cancel", "can I still change the colour it"),
        (["reset hub 2"], "excuse me, not the hub. the camera I meant", "reset the camera 2"),
    ],
)
def test_a_slip_is_put_right(variants: VariantPolicy, before: list[str], text: str, searched: str) -> None:
    question = after(variants, text, *before)
    assert (question.standalone, question.carried) == (searched, Carried.CORRECTED)


@pytest.mark.parametrize("text", ["after 102 minutes?", "1 or 20?", "it costs 102,50", "C-300 or 102?", "1023?"])
def test_a_number_that_counts_is_no_code(text: str) -> None:
    assert code_in_full(text, "what does E-101 mean") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("that's not what I meant, I meant how to claim", "how to claim"),
        ("no, the outdoor camera", "the outdoor camera"),
        ("that's not what I asked", ""),
        ("no dimmer at all", "no dimmer at all"),
        ("and then?", "and then?"),
    ],
)
def test_the_words_of_a_correction_are_not_searched(text: str, kept: str) -> None:
    assert corrected(text) == kept


@pytest.mark.parametrize("text", ["that's not what I asked", "This is not what I meant!", "wrong answer"])
def test_an_answer_to_something_else_did_not_help(variants: VariantPolicy, text: str) -> None:
    assert DID_NOT_HELP.search(text)
    assert after(variants, text, "how do i reset the hub 2").carried is Carried.NOT_SOLVED


def test_where_nothing_else_is_said_the_same_is_searched_again(variants: VariantPolicy) -> None:
    question = after(variants, "that's not what I asked", "how do i reset the hub 2")
    assert (question.standalone, question.asks_anew) == ("how do i reset the hub 2", False)


def test_what_is_only_asked_beside_keeps_what_the_desk_said(variants: VariantPolicy) -> None:
    for text in ("no, it flips the whole time", "can I use another charger instead", "so not the doorbell?"):
        assert after(variants, text, "does the doorbell ring").cited == ("told",)


def test_every_correction_is_read_in_linear_time(variants: VariantPolicy) -> None:
    slowest = 0.0
    for text in (
        "no, " * 5000, "that's not what i " * 3000, "not a " * 5000, "not" + " " * 20_000 + "x", "x, not y " * 4000,
        "a" + "," * 20_000 + "not", "error 1 " * 4000,
        "x" + " ," * 20_000, "sorry " * 4000, "102 " * 5000, "a1-" * 7000, "outdoor " * 3000,
    ):  # fmt: skip
        started = time.thread_time()
        corrected(text)
        meant(text, [text], variants)
        named_in(text, variants).without(text)
        slowest = max(slowest, time.thread_time() - started)
    assert slowest < 3


@pytest.mark.parametrize(
    "text",
    [
        "hmm no, how do I return the camera instead", "actually, how do I return the camera?",
        "No how do I return the camera then",
    ],
)
def test_a_whole_question_after_no_is_asked_and_not_put_in_the_place_of_the_last(
    variants: VariantPolicy, text: str
) -> None:
    asked = after(variants, text, "What does the Plus plan cost?")
    assert (asked.carried, asked.standalone.rstrip("?")) == (None, "how do I return the camera")
    assert asked.alone is not None
    assert asked.alone.standalone == asked.standalone


@pytest.mark.parametrize("text", ["no, the outdoor one", "no, does it ring?", "actually, in the UK?"])
def test_what_points_back_after_no_still_corrects(variants: VariantPolicy, text: str) -> None:
    assert after(variants, text, "How do I reset the indoor camera?").carried == "corrected"


@pytest.mark.parametrize(
    ("before", "text", "searched"),
    [
        ("How do I pause my plan?", "how do I cancel it instead", "how do I cancel my plan"),
        ("How do I pause my plan?", "no, can I cancel instead?", "can I cancel my plan"),
        ("Got a chime?", "and the Siren, can it ring instead", "Got a chime? and the Siren, can it ring instead"),
        ("does it ring", "can I use another charger instead", "does it ring can I use another charger instead"),
    ],
)
def test_something_else_to_be_done_to_the_same_thing(
    variants: VariantPolicy, before: str, text: str, searched: str
) -> None:
    assert after(variants, text, before).standalone == searched


def test_an_answer_after_a_whole_question_is_about_that_one(variants: VariantPolicy) -> None:
    asked = after(variants, "UK", "How do I pause my plan?", "hmm no, how do I return an order instead")
    assert asked.standalone == "how do I return an order UK"


@pytest.mark.parametrize("text", ["I live in Leeds, order FW123456", "in the UK, order number 4711", "I'm from Spain"])
def test_facts_without_a_question_belong_to_what_was_asked(variants: VariantPolicy, text: str) -> None:
    assert after(variants, text, "my parcel hasn't arrived").carried == "ellipsis"


@pytest.mark.parametrize("text", ["I live in Leeds and want a refund", "the chime in Leeds is broken, I think"])
def test_facts_with_a_matter_of_their_own_do_not(variants: VariantPolicy, text: str) -> None:
    assert after(variants, text, "how do I reset the outdoor camera").carried is None
