"""Owns what counts as small talk, and that a question beside it never does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.small_talk import is_small_talk, language_of, reply_to, to_the_matter
from bot.decision.small_talk_policy import DECLINED, EMOJI, SmallTalkPolicy, read_small_talk
from tests.unit.bot.decision.conftest import POLICIES

SHIPPED = read_small_talk(POLICIES / "small_talk.yaml")
SPOKEN = {
    "greeting": ["hi", "Hiya x", "moin", "hola buenas", "helo", "Good morning!", "hey there", "Guten Tag", "bonjour",
                 "just testing", "hello, how are you?", "ciao", "Hi there 👋", "goedemorgen", "you alright?"],
    "thanks": ["thanks", "thx", "never mind found it", "you're pretty good at this", "sorry for all the questions",
               "ok thx bye", "merci beaucoup", "danke schön", "that worked, thank you!", "Thanks! 😊👍", "good bot",
               "nvm", "ta x", "gracias", "bedankt", "problem solved", "cheers mate", "thanks, you are great",
               "perfect, you are the best", "thank you so much you are amazing", "you've been very helpful, cheers!",
               "ok. really helpful, thanks"],
    "goodbye": ["bye", "goodbye", "see you later", "that's all", "no thanks", "have a nice day", "tschüss",
                "au revoir", "hasta luego", "nothing else", "I'm good thanks", "arrivederci"],
    "about_bot": ["bot?", "are you a bot?", "¿eres un robot?", "bist du ein Bot?", "am I talking to a human?",
                  "u human?", "what can you do?", "who are you", "êtes-vous un robot ?", "sei un bot?",
                  "ben je een robot?", "is this chatgpt", "what's your name?"],
    "acknowledgement": ["ok", "okay cool", "one sec brb", "got it", "let me try that", "hmm", "lol", "alles klar",
                        "d'accord", "will do", "hold on", "makes sense, will try that now", "👍"],
}  # fmt: skip
TOLD = {
    "de": ["Danke!", "hallo", "Guten Tag", "Vielen Dank für Ihre Hilfe", "ok danke", "Tschüss!", "auf Wiedersehen",
           "moin", "danke schön", "bist du ein Bot?", "Alles klar", "Nein danke", "das war alles, danke",
           "Das hat geklappt"],
    "fr": ["Bonjour", "merci beaucoup", "salut", "êtes-vous un robot ?", "au revoir", "D'accord", "ok merci",
           "Merci pour votre aide !", "non merci", "c'est tout", "Très bien, merci"],
    "es": ["hola", "gracias", "¡Hola! Buenas", "hola buenas", "¿eres un robot?", "hasta luego", "vale", "Buenos días",
           "Muchas gracias por la ayuda", "no gracias", "eso es todo", "entendido"],
    "en": ["hello", "thanks", "Thanks for your help", "how are you?", "goodbye", "are you a bot?", "got it",
           "Good morning"],
    "": ["ok", "super", "hi", "ciao", "danke, have a nice day", "bedankt", "grazie mille", "lol"],
}  # fmt: skip
EVERY = [message for group in SPOKEN.values() for message in group]
QUESTIONS = [
    "but how do I reset the hub", "how do I reset the hub?", "where is my order", "my camera is offline",
    "cancel my plan", "what does error C-204 mean?", "the lock is jammed", "I want a refund", "Wo ist mein Paket?",
]  # fmt: skip
REAL = [
    "help with my order", "is it free", "no heating", "hi where is my parcel", "thanks but it still fails", "yes", "no",
    "the first one", "not working", "it is not working", "this is not helpful", "ok and in the UK?", "Germany", "plus",
    "you are not helpful", "are you open on Sunday", "are you sure", "does this work with Alexa", "how much", "why",
    "is it automatic", "good morning routine", "hello kitty bulb?", "bye bye scene", "thank you page does not load",
    "one", "robot vacuum", "great, but no", "thanks, and the lock?", "ok, Germany", "very fast",
    "what can you do about my refund", "test mode", "how are you billing me",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "message"), [(kind, m) for kind, group in SPOKEN.items() for m in group])
def test_small_talk_gets_its_reply(kind: str, message: str, small_talk: SmallTalkPolicy) -> None:
    replies = small_talk.spoken.words("en").replies
    expected = {replies[kind], replies[EMOJI]} if kind == "acknowledgement" else {replies[kind]}
    assert reply_to(message, (), small_talk, small_talk.spoken.words("en")) in expected


@pytest.mark.parametrize("message", [*QUESTIONS, *REAL, "👎", "😡😡 !"])
def test_a_question_or_an_answer_to_one_is_not_small_talk(message: str, small_talk: SmallTalkPolicy) -> None:
    assert not is_small_talk(message, small_talk)


@settings(max_examples=300, deadline=None)
@given(
    said=st.sampled_from(EVERY),
    question=st.sampled_from(QUESTIONS),
    joint=st.sampled_from([" ", ", ", ". ", "! ", "\n", " but ", " - "]),
    before=st.booleans(),
)
def test_small_talk_never_swallows_a_question_beside_it(
    said: str, question: str, joint: str, before: bool
) -> None:
    message = f"{question}{joint}{said}" if before else f"{said}{joint}{question}"
    assert not is_small_talk(message, SHIPPED)


def test_small_talk_takes_little_time_on_hostile_texts(small_talk: SmallTalkPolicy) -> None:
    for piece in (
        "ok ",
        "ok",
        "x",
        "thanks ",
        "hi ",
        "hiya",
        "ba",
        "bye ",
        "haha",
        "mm",
        "are you a ",
        "so ",
    ):
        text = (piece * 10_000)[:10_000] + " q"
        started = time.thread_time()
        is_small_talk(text, small_talk)
        language_of(text, small_talk)
        small_talk.rejects(text)
        assert time.thread_time() - started < 1.0, piece


def test_punctuation_alone_is_not_small_talk(small_talk: SmallTalkPolicy) -> None:
    assert not is_small_talk("???", small_talk)


ANSWERED = [
    Utterance(Speaker.CUSTOMER, "my hub is red", 0), Utterance(Speaker.BOT, "Shall I go on?", 1, ("hub-2",)),
]  # fmt: skip
ASKED = [ANSWERED[0], Utterance(Speaker.BOT, "Is it Hub 2?", 1)]


@pytest.mark.parametrize("message", ["no", "Nope.", "no, not really", "No, that's fine", "nein", "Just forget it."])
def test_no_after_an_answer_declines_what_nobody_asked(message: str, small_talk: SmallTalkPolicy) -> None:
    words = small_talk.spoken.words("en")
    declined = words.replies[DECLINED]
    assert reply_to(message, ANSWERED, small_talk, words) == declined
    assert reply_to(message, ASKED, small_talk, words) is None
    assert reply_to(message, (), small_talk, words) is None
    said = [Utterance(Speaker.CUSTOMER, message, 2), Utterance(Speaker.BOT, declined, 3)]
    assert to_the_matter([*ANSWERED, *said], small_talk) == ANSWERED
    assert to_the_matter([*ASKED, said[0]], small_talk) == [*ASKED, said[0]]


@pytest.mark.parametrize(
    ("message", "rejects"),
    [
        ("THIS IS A TOTAL JOKE!!", True),
        ("No, that's wrong.", True),
        ("you are not helping", True),
        ("You didn’t answer my question", True),
        ("I still don't get it", True),
        ("same answer again", True),
        ("Das ist lächerlich", True),
        ("it does not work", False),
        ("what is wrong with my hub", False),
        ("I don't get notifications", False),
        ("is it useless without internet?", False),
        ("that is the answer", False),
    ],
)
def test_a_message_that_only_rejects_our_help(message: str, rejects: bool, small_talk: SmallTalkPolicy) -> None:
    assert small_talk.rejects(message) == rejects


@pytest.mark.parametrize("language", sorted(SHIPPED.spoken.languages))
def test_turns_before_are_heard_without_small_talk_in_any_language(language: str, small_talk: SmallTalkPolicy) -> None:
    hello = small_talk.spoken.words(language).replies["greeting"]
    asked, answered = Utterance(Speaker.CUSTOMER, "my hub is red", 2), Utterance(Speaker.BOT, "Press the button.", 3)
    thanks = Utterance(Speaker.CUSTOMER, "thanks!", 4)
    talk = [Utterance(Speaker.CUSTOMER, "hello", 0), Utterance(Speaker.BOT, hello, 1), asked, answered, thanks]
    assert to_the_matter(talk, small_talk) == [asked, answered]


@pytest.mark.parametrize(("message", "language"), [(m, each) for each, group in TOLD.items() for m in group])
def test_small_talk_is_known_by_its_words(message: str, language: str, small_talk: SmallTalkPolicy) -> None:
    assert is_small_talk(message, small_talk)
    assert language_of(message, small_talk) == (language or None)


@pytest.mark.parametrize("message", [m for group in SPOKEN.values() for m in group])
def test_english_small_talk_is_never_taken_for_another_language(message: str, small_talk: SmallTalkPolicy) -> None:
    foreign = {_plain(m) for each, group in TOLD.items() if each not in ("en", "") for m in group}
    assert _plain(message) in foreign or language_of(message, small_talk) in ("en", None)


def _plain(message: str) -> str:
    return message.casefold().strip(" !?¿")


def test_what_a_person_said_to_small_talk_is_heard(small_talk: SmallTalkPolicy) -> None:
    offer = Utterance(Speaker.AGENT, "Hello! Shall I send you a new lamp?", 1)
    assert to_the_matter([Utterance(Speaker.CUSTOMER, "hello", 0), offer], small_talk) == [offer]
