"""Names people gave by introducing, addressing or signing do not reach a file of cases."""

from __future__ import annotations

import pytest

from bot.conversation.person_names import PLACEHOLDER, told, without


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my name is Ada Lovelace and my hub is dead", f"my name is {PLACEHOLDER} and my hub is dead"),
        ("my name is ada, order is late", f"my name is {PLACEHOLDER}, order is late"),
        ("MY NAME IS ADA. WHERE IS IT", f"MY NAME IS {PLACEHOLDER}. WHERE IS IT"),
        ("Hi, I'm Zoë and I need help", f"Hi, I'm {PLACEHOLDER} and I need help"),
        ("I am Jean-Luc, hello", f"I am {PLACEHOLDER}, hello"),
        ("This is Ludwig van Beethoven from Bonn", f"This is {PLACEHOLDER} from Bonn"),
        ("Where is it?\n\nKind regards,\nAda Lovelace", f"Where is it?\n\nKind regards,\n{PLACEHOLDER}"),
        ("Where is it? Thanks, Grace", f"Where is it? Thanks, {PLACEHOLDER}"),
        ("It broke.\n— Grace", f"It broke.\n— {PLACEHOLDER}"),
        ("Dear Ada,\nthe lamp is on its way", f"Dear {PLACEHOLDER},\nthe lamp is on its way"),
        ("Please ask Mrs. Lovelace", f"Please ask Mrs. {PLACEHOLDER}"),
        ("Ich heiße Jürgen Groß.", f"Ich heiße {PLACEHOLDER}."),
        ("Je m'appelle Amélie", f"Je m'appelle {PLACEHOLDER}"),
        ("Me llamo Íñigo Montoya", f"Me llamo {PLACEHOLDER}"),
        ("Viele Grüße\nJürgen", f"Viele Grüße\n{PLACEHOLDER}"),
    ],
)
def test_an_introduction_an_address_and_a_signature_lose_the_name(said: str, kept: str) -> None:
    assert without(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "I'm furious. I AM FURIOUS.",
        "I am in Germany and this is Hub 2, I'm on Plus",
        "I'm American, is the plug the same?",
        "Call me about it, or call me on Monday morning, please",
        "my name is misspelled on the parcel",
        "my name is on the order",
        "Hello Fernwick, hi there, dear Sir",
        "This is the third time. Thanks for nothing",
        "Hello, Hub 2 is dead",
        "Thanks. Hub 2 works now",
        "I'm trying Settings > Hub > Remove hub. This is Watch Cam Indoor.",
    ],
)
def test_what_is_no_name_stays(said: str) -> None:
    assert without(said) == said


def test_a_name_that_was_told_goes_wherever_it_stands() -> None:
    names = told(["Hi, I'm Ada Lovelace.", "my name is bo"])
    assert names == {"Ada", "Lovelace"}
    assert (
        without("The order is under Lovelace, Ada. bo", names) == f"The order is under {PLACEHOLDER}, {PLACEHOLDER}. bo"
    )
