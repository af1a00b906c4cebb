"""Owns what the sensitive screen must recognise and must let pass, on sentences the policy does not contain."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.normalise import normalise
from bot.decision.policy import SensitivePolicy
from bot.decision.screen_fit import ScreenFit, blank
from bot.decision.sensitive import SensitiveScreen
from eval.vector_memory import RememberingEncoder

HARMLESS = "harmless"
LEAST_EXEMPLARS = 45
LEAST_LOOKALIKES = 260
SECONDS = 0.2
FEW = 60
WAITING = 20
"""Sentences that may wait for the next fit: a first start encodes them in a tenth of a second and keeps the vectors."""

HOSTILE = [
    "!", "agent!", "agent ", "anyone ", "hello ",
    "a", "1", "1 ", " ", "\n", '"', "- ", "![", "speak to ", "i want a ", "how do i ", "my ex ", "de12 ", "is ",
    "someone ", "password ", "battery ", "delete all ", "what about ", "old mother ", "not talk to ", "quiero ",
    "the real person ", "repeat your ", "confirm exactly ", "battery committed ", "4", "4 1-", "smell of ",
]  # fmt: skip


def test_every_category_has_enough_exemplars_and_there_are_enough_lookalikes(
    sensitive_policy: SensitivePolicy,
) -> None:
    few = {c.id: len(c.exemplars) for c in sensitive_policy.categories if len(c.exemplars) < LEAST_EXEMPLARS}
    assert few == {}
    assert len(sensitive_policy.lookalikes) >= LEAST_LOOKALIKES


def test_no_held_sentence_is_an_exemplar_or_a_lookalike(
    sensitive_policy: SensitivePolicy, held: dict[str, list[str]], asks: dict[str, list[str]]
) -> None:
    known = {normalise(e).strip(" .?!") for c in sensitive_policy.categories for e in c.exemplars}
    known |= {normalise(e).strip(" .?!") for e in sensitive_policy.lookalikes}
    groups = [*held.values(), *asks.values()]
    assert [s for group in groups for s in group if normalise(s).strip(" .?!") in known] == []


def test_held_sentences_are_recognised(screen: SensitiveScreen, held: dict[str, list[str]]) -> None:
    missed = [
        (category, sentence)
        for category, sentences in held.items()
        if category != HARMLESS
        for sentence in sentences
        if screen.screen(sentence).category is None
    ]
    total = sum(len(sentences) for category, sentences in held.items() if category != HARMLESS)
    assert len(missed) <= 0.05 * total, missed


def test_harmless_sentences_pass(screen: SensitiveScreen, held: dict[str, list[str]]) -> None:
    flagged = [
        (s, found.category) for s in held[HARMLESS] if (found := screen.screen(s)).category is not None
    ]
    assert len(held[HARMLESS]) >= 150
    assert len(flagged) <= 0.02 * len(held[HARMLESS]), flagged


def test_who_mentions_a_disability_is_answered_and_who_needs_care_gets_a_person(
    screen: SensitiveScreen, care: dict[str, list[str]]
) -> None:
    found = {name: [screen.screen(text).category is not None for text in texts] for name, texts in care.items()}
    shares = {name: sum(flagged) / len(flagged) for name, flagged in found.items()}
    assert min(map(len, care.values())) >= 120
    assert shares[HARMLESS] <= 0.08, shares
    assert shares["vulnerable_customer"] >= 0.72, shares


BATTERIES = [
    Utterance(Speaker.CUSTOMER, "the lock says low battery, how do I change the batteries"),
    Utterance(Speaker.BOT, "Open the cover and put in four AA batteries.", 1),
    Utterance(Speaker.CUSTOMER, "which type", 2),
    Utterance(Speaker.BOT, "Alkaline, not rechargeable.", 3),
]


def test_trouble_with_a_device_is_answered_and_a_danger_in_its_words_is_not(
    screen: SensitiveScreen, trouble: dict[str, list[str]]
) -> None:
    said = {HARMLESS: (), "follow_ups": BATTERIES, "sensitive": ()}
    shares = {
        name: sum(screen.screen(text, said[name]).category is not None for text in texts) / len(texts)
        for name, texts in trouble.items()
    }
    assert shares[HARMLESS] <= 0.09, shares
    assert shares["follow_ups"] <= 0.07, shares
    assert shares["sensitive"] >= 0.78, shares


def test_of_first_messages_by_people_who_knew_nothing_of_it(
    screen: SensitiveScreen, first_messages: dict[str, list[str]]
) -> None:
    """Order and telephone numbers were payment data (.26), German and French messages misuse (.38)."""
    shares = {
        name: sum(screen.screen(text).category is not None for text in texts) / len(texts)
        for name, texts in first_messages.items()
    }
    least = {"asks for a person": 0.8, "sensitive": 0.66, "sensitive in other languages": 0.6}
    most = {"in the words of asks": 0.16, "in the words of what is sensitive": 0.06}
    most |= {"numbers": 0.1, "other languages": 0.2}
    assert shares.keys() == least.keys() | most.keys()
    assert {name for name, share in least.items() if shares[name] < share} == set(), shares
    assert {name for name, share in most.items() if shares[name] > share} == set(), shares


@pytest.mark.parametrize(
    "said", ["what happens if they die completely and I'm outside", "and if they die while I'm out?"]
)
def test_what_dies_is_what_was_spoken_of(screen: SensitiveScreen, said: str) -> None:
    of_people = [Utterance(Speaker.CUSTOMER, "I want the kids to go with me, I've counted out the pills")]
    assert screen.screen(said, BATTERIES).category is None
    assert screen.screen(said, of_people).category is not None


@pytest.mark.parametrize(
    "said", ["it's me who wants to die, not the battery", "I want to die", "does it hurt to be dead?"]
)
def test_talk_of_a_device_excuses_nobody_who_speaks_of_dying(screen: SensitiveScreen, said: str) -> None:
    assert screen.screen(said, BATTERIES).category == screen.screen(said).category == "self_harm"


@pytest.mark.parametrize(
    ("said", "needs_care"),
    [
        ("thermostat screen is dark, no heating", False),
        ("Seit heute früh keine Heizung", False),
        ("no heating since this morning and I'm 82", True),
        ("my mother sits at home without heating", True),
    ],
)
def test_no_heating_is_trouble_with_a_device_unless_somebody_is_frail(
    sensitive_policy: SensitivePolicy, said: str, needs_care: bool
) -> None:
    category = sensitive_policy.category("vulnerable_customer")
    assert category is not None
    assert any(expression.search(normalise(said)) for expression in category.expressions) == needs_care


def test_no_lookalike_is_caught_by_an_expression(sensitive_policy: SensitivePolicy) -> None:
    caught = [
        (sentence, category.id)
        for sentence in sensitive_policy.lookalikes
        for category in sensitive_policy.categories
        if any(expression.search(normalise(sentence)) for expression in category.expressions)
    ]
    assert caught == []


def test_every_expression_is_linear_on_hostile_texts(sensitive_policy: SensitivePolicy) -> None:
    texts = [(piece * (10_000 // len(piece) + 1))[:10_000] for piece in HOSTILE]
    slow = []
    for category in sensitive_policy.categories:
        for expression in category.expressions:
            worst = max(_least_seconds(expression.search, text) for text in texts)
            slow += [(category.id, expression.pattern[:60], worst)] if worst > SECONDS else []
    assert slow == []


def _least_seconds(search: object, text: str) -> float:
    """The better of two measurements where the first is slow: other processes share the machine."""
    best = SECONDS * 10
    for _ in range(2):
        started = time.thread_time()
        search(text)  # type: ignore[operator]
        best = min(best, time.thread_time() - started)
        if best < SECONDS:
            break
    return best


def test_a_risk_said_a_moment_ago_is_not_over(screen: SensitiveScreen) -> None:
    history = [Utterance(Speaker.CUSTOMER, "the plug caught fire"), Utterance(Speaker.BOT, "I am sorry.", 1)]
    assert screen.screen("which plug is it", history).category == "safety_incident"


def test_a_request_for_a_person_ends_with_its_message(screen: SensitiveScreen) -> None:
    history = [Utterance(Speaker.CUSTOMER, "I want to talk to a human")]
    assert screen.screen("How do I reset the hub?", history).category is None


@pytest.mark.parametrize("answer", ["yes", "Yes, please do.", "ok", "the first one please"])
def test_yes_to_the_offer_of_a_person_is_an_ask_for_one(screen: SensitiveScreen, answer: str) -> None:
    offer = "I can pass this on to our support team, or keep looking. Which do you prefer?"
    taken = screen.screen(answer, [Utterance(Speaker.BOT, offer)]).category
    other = screen.screen(answer, [Utterance(Speaker.BOT, "Is it the indoor camera?")]).category
    assert (taken, other) == ("asks_person", None)


@pytest.mark.parametrize("answer", ["no", "keep looking please", "it is the indoor camera"])
def test_another_answer_to_the_offer_is_no_ask(screen: SensitiveScreen, answer: str) -> None:
    offer = "Would you like to speak to a colleague?"
    assert screen.screen(answer, [Utterance(Speaker.BOT, offer)]).category is None


def test_what_the_bot_said_raises_no_alarm(screen: SensitiveScreen) -> None:
    history = [Utterance(Speaker.BOT, "If a plug caught fire, disconnect it.")]
    assert screen.screen("How do I reset the hub?", history).category is None


def test_invisible_characters_do_not_hide_a_danger(screen: SensitiveScreen) -> None:
    hidden = "I want to k\u200bill my\u200dself"
    assert screen.screen(hidden).by_expression


def test_a_danger_inside_a_long_story_is_found(screen: SensitiveScreen) -> None:
    story = "I ordered a hub in May. It came in two days. The setup was easy. "
    assert screen.screen(story + "Yesterday the plug started smoking. What is my warranty?").category == (
        "safety_incident"
    )


@pytest.mark.parametrize("floor", [0.0, 1.0])
def test_a_floor_of_its_own_decides_for_a_category(
    floor: float, sensitive_policy: SensitivePolicy, remembering: RememberingEncoder, fitted: ScreenFit
) -> None:
    categories = tuple(replace(c, expressions=(), score_from=floor) for c in sensitive_policy.categories)
    policy = replace(sensitive_policy, categories=categories)
    changed = SensitiveScreen(policy, remembering, remembering, fitted)
    assert (changed.screen("I feel hopeless and alone").category is not None) == (floor == 0.0)


def test_a_sentence_added_after_the_fit_catches_what_means_the_same(
    sensitive_policy: SensitivePolicy, remembering: RememberingEncoder, fitted: ScreenFit
) -> None:
    press = sensitive_policy.category("press")
    assert press is not None
    grown = replace(press, exemplars=(*press.exemplars, "Could the blue penguin visit us on Sunday?"))
    policy = replace(sensitive_policy, categories=(grown,))
    asked = "Can the blue penguin come to us on Sunday?"
    before = SensitiveScreen(replace(sensitive_policy, categories=(press,)), remembering, remembering, fitted)
    assert before.screen(asked).category is None
    assert SensitiveScreen(policy, remembering, remembering, fitted).screen(asked).category == "press"


@pytest.mark.parametrize(
    "said",
    [
        "Wo ist mein Paket 77120 bitte?",
        "Ich warte seit Tagen auf meine Bestellung FW-8871234, wo ist sie?",
        "Wo ist mein Paket FW-9990001?",
        "Waar is mijn pakket FW-8120044?",
        "Hvor er min pakke FW-4441234?",
        "Où est ma commande FW-2231984 ?",
    ],
)
def test_an_order_number_in_another_language_is_no_payment_data(screen: SensitiveScreen, said: str) -> None:
    assert screen.screen(said).category is None


def test_a_lookalike_added_after_the_fit_lets_pass_what_means_the_same(
    sensitive_policy: SensitivePolicy, remembering: RememberingEncoder, fitted: ScreenFit
) -> None:
    categories = tuple(replace(c, expressions=()) for c in sensitive_policy.categories)
    policy = replace(sensitive_policy, categories=categories)
    asked = "my kitten is so sad and lonely that I cry all night"
    assert SensitiveScreen(policy, remembering, remembering, fitted).screen(asked).category is not None
    excused = replace(policy, lookalikes=(*policy.lookalikes, "my kitten is sad and lonely, I cry all night long"))
    assert SensitiveScreen(excused, remembering, remembering, fitted).screen(asked).category is None


def test_without_a_fit_every_exemplar_acts_by_itself(
    sensitive_policy: SensitivePolicy, remembering: RememberingEncoder
) -> None:
    # All of them take half a minute to encode; what is asked below is among the first.
    few = [replace(c, expressions=(), exemplars=c.exemplars[:FEW]) for c in sensitive_policy.categories]
    less = replace(sensitive_policy, categories=tuple(few), lookalikes=sensitive_policy.lookalikes[:FEW])
    alone = SensitiveScreen(less, remembering, remembering, blank())
    assert alone.screen("I am going to come to your office and hurt somebody").category == "violence"
    assert alone.screen("How do I reset the hub?").category is None


def test_a_start_encodes_hardly_any_of_the_shipped_sentences(
    sensitive_policy: SensitivePolicy, fitted: ScreenFit
) -> None:
    sentences = [s for c in sensitive_policy.categories for s in c.exemplars] + list(sensitive_policy.lookalikes)
    unknown = [sentence for sentence in sentences if not fitted.knows(sentence)]
    assert len(unknown) <= WAITING, "fit again: python -m eval screen --write"
    assert set(fitted.categories) == {category.id for category in sensitive_policy.categories}


def test_asks_for_a_person_are_recognised_in_every_voice(screen: SensitiveScreen, asks: dict[str, list[str]]) -> None:
    missed = [s for s in asks["asks_person"] if screen.screen(s).category is None]
    assert len(asks["asks_person"]) >= 250
    assert len(missed) <= 0.05 * len(asks["asks_person"]), missed


def test_messages_that_share_words_with_an_ask_for_a_person_pass(
    screen: SensitiveScreen, asks: dict[str, list[str]]
) -> None:
    flagged = [(s, found) for s in asks[HARMLESS] if (found := screen.screen(s).category) is not None]
    assert len(asks[HARMLESS]) >= 125
    assert len(flagged) <= 0.03 * len(asks[HARMLESS]), flagged
