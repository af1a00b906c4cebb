"""What a message means in its conversation: ellipsis, slots, yes, corrections, and topics that stand alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.question import Echo, Known
from bot.retrieval.standalone import Carried, matter_of, resolve, understand
from bot.retrieval.variants import Facet, VariantPolicy, read_variants

POLICIES = Path(__file__).parents[4] / "data" / "policies"


@pytest.fixture(scope="module")
def variants() -> VariantPolicy:
    return read_variants(POLICIES / "variants.yaml")


def said(*turns: str) -> list[Utterance]:
    """Customer and bot in turn, the customer first."""
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    return [Utterance(speakers[i % 2], text, i) for i, text in enumerate(turns)]


def test_first_message_stands_alone(variants: VariantPolicy) -> None:
    assert resolve("How do I reset Hub 2?", (), variants) == ("How do I reset Hub 2?", None)


def test_yes_takes_up_the_offer(variants: VariantPolicy) -> None:
    context = said("my hub is offline", "Would you like to see how to reset the hub?")
    text, carried = resolve("yes please", context, variants)
    assert carried is Carried.AFFIRMED
    assert "my hub is offline" in text
    assert "reset the hub" in text
    assert "Would you like" not in text


def test_slot_answer_keeps_the_question(variants: VariantPolicy) -> None:
    context = said("When was I charged twice?", "Which month do you mean?")
    text, carried = resolve("March", context, variants)
    assert (text, carried) == ("When was I charged twice? March", Carried.SLOT)


def test_ellipsis_replaces_the_region(variants: VariantPolicy) -> None:
    context = said("How long can I return things in the US?", "30 days.")
    text, carried = resolve("and in the UK?", context, variants)
    assert carried is Carried.ELLIPSIS
    assert "return things" in text
    assert "US" not in text.split()
    assert "UK" in text


def test_what_the_desk_said_of_one_device_is_not_heard_of_another(variants: VariantPolicy) -> None:
    asked, told = said("How do I factory-reset my Hub 2?", "Press for 10 seconds, with a paper clip. Hub 1 differs.")
    context = (asked, replace(told, article_ids=("reset-hub-2",)))
    other = understand("And what about Hub 1?", context, Known(), variants)
    assert other.echoes == ()
    assert other.turns == ("How do I factory-reset my ?",)
    same = understand("And how long does Hub 2 take?", context, Known(), variants)
    assert len(same.turns) == 2
    assert (other.cited, same.cited) == ((), ("reset-hub-2",))
    assert any("paper clip" in echo.text for echo in same.echoes)


def test_correction_replaces_the_device(variants: VariantPolicy) -> None:
    context = said("What batteries does the doorbell take?", "It is charged by USB-C.")
    text, carried = resolve("no I meant the lock", context, variants)
    assert (text, carried) == ("What batteries does the Latch Lock take?", Carried.CORRECTED)


def test_failed_fix_asks_for_the_next_step(variants: VariantPolicy) -> None:
    context = said("Camera shows C-204", "Move it closer to the router.")
    text, carried = resolve("that didn't work, what next", context, variants)
    assert carried is Carried.NOT_SOLVED
    assert "C-204" in text


@pytest.mark.parametrize("text", ["no luck. next", "no, that didn't work", "nope, still the same"])
def test_a_failed_fix_is_no_correction(variants: VariantPolicy, text: str) -> None:
    assert resolve(text, said("Camera shows C-204", "Move it closer to the router."), variants)[1] is Carried.NOT_SOLVED


def test_a_question_of_their_own_is_no_answer_to_the_desks(variants: VariantPolicy) -> None:
    context = said("How long is the warranty?", "Which country is your home in?")
    assert resolve("germany", context, variants)[1] is Carried.SLOT
    assert resolve("how do I make a claim", context, variants)[1] is not Carried.SLOT


@pytest.mark.parametrize(
    ("text", "anew"),
    [
        ("and how long does that take?", True),
        ("which colour is it then", True),
        ("and in the UK?", False),
        ("and for the doorbell?", False),
        ("I'm in Cork", False),
        ("and then?", False),
    ],
)
def test_the_same_of_another_thing_is_nothing_new(variants: VariantPolicy, text: str, anew: bool) -> None:
    question = understand(text, said("How do I send a lock back?", "Print the label."), Known(), variants)
    assert question.asks_anew is anew
    answer = understand("yes please", said("Is the lock covered?", "Shall I show the warranty?"), Known(), variants)
    assert not answer.asks_anew


def test_topic_switch_is_not_dragged_back(variants: VariantPolicy) -> None:
    context = said("How do I reset Hub 2?", "Hold the button for ten seconds.")
    text = "How much does express shipping to Germany cost for two thermostats?"
    assert resolve(text, context, variants) == (text, None)
    other = understand(f"Different question: {text}", context, Known(), variants)
    assert (other.echoes, other.turns, other.alone) == ((), (), None)


def test_a_message_is_also_understood_without_the_turns_before_it(variants: VariantPolicy) -> None:
    context = said("How do I reset Hub 2? I live in Leeds.", "Hold the button for ten seconds.")
    question = understand("and how long does it take?", context, Known(), variants)
    assert question.alone is not None
    assert question.alone.standalone == "and how long does it take?"
    assert (question.alone.turns, question.alone.echoes, question.alone.carried) == ((), (), None)
    assert (question.alone.context, question.alone.known) == (question.context, question.known)
    assert question.known.region == "uk"
    assert understand("How long does it take?", (), Known(), variants).alone is None


def test_ellipsis_on_ellipsis_reaches_the_first_question(variants: VariantPolicy) -> None:
    context = said("How long is the warranty in the US?", "1 year.", "and in the UK?", "2 years.")
    text, _ = resolve("and in Germany?", context, variants)
    assert "warranty" in text
    assert "Germany" in text
    assert "UK" not in text.split()


def test_the_last_mention_of_a_region_counts(variants: VariantPolicy) -> None:
    context = said("I live in Ohio, how do I return a bulb?", "Within 30 days.")
    question = understand("and if I send it from London?", context, Known(), variants)
    assert question.known.region == "uk"
    assert understand("thanks", context, Known(plan="plus"), variants).known == Known("us", "plus", "glow-bulb")


def test_every_named_device_is_noticed(variants: VariantPolicy) -> None:
    question = understand("Does the doorbell work with Hub 2?", (), Known(), variants)
    assert question.products == {"chime-doorbell", "hub-2"}


def test_what_a_long_message_asks_is_heard_beside_what_it_tells(variants: VariantPolicy) -> None:
    told = "We bought the hub in spring and it sat in its box until my son came by to help us with it all. "
    question = understand(told + "How do I reset it? Thanks so much.", (), Known(), variants)
    assert [echo.text for echo in question.echoes] == ["How do I reset it?"]
    assert understand("How do I reset it? Thanks.", (), Known(), variants).echoes == ()


def test_only_names_of_other_regions_are_foreign_and_none_when_regions_are_compared(variants: VariantPolicy) -> None:
    foreign = variants.foreign_to("How many watts?", Known(region="uk"))
    assert [foreign(name) for name in ("United States", "US, UPS", "UK and EU", "Plug", "EU: DE, NL")] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert not variants.foreign_to("Is it the same in the UK and the US?", Known(region="uk"))("United States")
    assert not variants.foreign_to("How many watts?", Known())("United States")


def test_a_whole_question_of_two_terms_is_no_ellipsis(variants: VariantPolicy) -> None:
    context = said("How do I reset Hub 2?", "Hold the button for 10 seconds.")
    assert resolve("Can I pay with Bitcoin?", context, variants) == ("Can I pay with Bitcoin?", None)
    assert resolve("How long does it take?", context, variants)[1] is Carried.ELLIPSIS


@pytest.mark.parametrize(
    ("said", "alone"),
    [("where is my order", True), ("When does my plan end?", True), ("where is it in my app", False),
     ("what about my camera", False), ("and where is my order", False)],
)  # fmt: skip
def test_a_question_about_something_of_their_own_is_no_ellipsis(
    variants: VariantPolicy, said: str, alone: bool
) -> None:
    context = (Utterance(Speaker.CUSTOMER, "How long is the warranty?", 0), Utterance(Speaker.BOT, "Two years.", 1))
    assert (understand(said, context, Known(), variants).carried is None) is alone


def test_an_echo_fades_with_its_distance_but_for_what_is_certain() -> None:
    echo = Echo("earlier", 1.0, 0.5, 0.2, 0.6)
    assert [echo.heard(cosine) for cosine in (0.0, 0.2, 0.4, 0.6, 1.0)] == pytest.approx([0.5, 0.5, 0.75, 1.0, 1.0])
    assert Echo("asked", 0.7).heard(-1.0) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("said_so", "meant"),
    [
        ("Thanks, got it. Different question: can the plug tell me costs?", "can the plug tell me costs?"),
        ("Right, that makes sense, thank you. One more thing then, is the lock covered?", "is the lock covered?"),
        ("hello where is my order from monday", "where is my order from monday"),
        ("How do I reset Hub 2 completely? Thanks so much.", "How do I reset Hub 2 completely?"),
        ("Hey Google does not find my lamp", "Hey Google does not find my lamp"),
        ("Right now my camera is offline, why?", "Right now my camera is offline, why?"),
        ("Thank you for the refund but when does it arrive?", "Thank you for the refund but when does it arrive?"),
        ("ok, and then?", "ok, and then?"),
    ],
)
def test_courtesies_around_a_question_are_not_searched(variants: VariantPolicy, said_so: str, meant: str) -> None:
    question = understand(said_so, (), Known(), variants)
    assert (question.said, question.standalone) == (said_so, meant)


def test_courtesies_before_an_ellipsis_are_not_searched_with_the_question(variants: VariantPolicy) -> None:
    context = said("how long is the warranty", "Which country?", "UK", "Two years.")
    text = "how long is the warranty and in france?"
    assert resolve("thanks. and in france?", context, variants) == (text, Carried.ELLIPSIS)


def test_every_courtesy_is_read_in_linear_time() -> None:
    started = time.thread_time()
    for text in (
        "thanks, " * 5000,
        "hi " * 10_000,
        "one more " * 5000,
        "thanks " * 5000 + "x",
        "a" + " " * 20_000 + "b",
        "x, thanks" + " for a" * 5000 + "\ny",
        "x" + ", thanks" * 3000 + " for" + "!" * 5000 + "y",
    ):
        matter_of(text)
    assert time.thread_time() - started < 1


def test_a_long_conversation_is_read_a_few_times_and_not_once_for_each_pair_of_turns(variants: VariantPolicy) -> None:
    """A message after 40 long ones once took seven times as long as it has to: each turn was read with six others."""
    turns = [Utterance(Speaker.CUSTOMER, f"{'It still blinks when I hold the button. ' * 90}{n}", n) for n in range(40)]

    def seconds(work: Callable[[], object]) -> float:
        started = time.thread_time()
        work()
        return time.thread_time() - started

    def read_once() -> None:
        for turn in turns:
            for facet in Facet:
                variants.named(turn.text, facet)

    def understood() -> None:
        understand("And now?", turns, Known(), variants)

    ratio = min(seconds(understood) / seconds(read_once) for _ in range(3))
    assert ratio < 4
