"""A misspelt word is read as the base spells it; names, other languages and denials stay as typed."""

from __future__ import annotations

import pytest

from kb_ingest.article import Article
from kb_ingest.spelling import Spelling, english_words

TEXT = (
    "The battery of the camera is covered by the guarantee. Where is the invoice? You can change how the lock works. "
    "The Wi-Fi signal, the wife of the owner, and a can of paint. How do I connect the thermostat? "
    "Think of Thanksgiving. Monitoring costs money every month; who has asked which one many times?"
)


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    """The spelling of one article."""
    return Spelling.of([Article(id="a", title="Batteries", text=TEXT, questions=("wich camra", "wich one"))])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("is teh batery coverd by garantee", "is the battery covered by guarantee"),
        ("wher is the invioce", "where is the invoice"),
        ("hwo do i conect the thermstat", "how do i connect the thermostat"),
        ("THE CAMRA IS THE ONE", "THE camera IS THE ONE"),
        ("Camra or not?", "camera or not?"),
        ("the monitring costs mony", "the monitoring costs money"),
        ("are you open on thanksgivng", "are you open on thanksgiving"),
    ],
)
def test_a_slip_is_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "i cant change the lock",
        "it wont work with my wifi",
        "the lodger changes the battery of the mower",
        "can I connect it to Sonoz or to Markos camera",
        "nite mode abt the camera",
        "E-107 and 5ghz on the X1Pro camera",
        "Die Kammera zeigt kein Bild und der Akku ist lehr",
        "",
        "?!",
        "\x00 \ud83d\ude00",
    ],
)
def test_what_is_no_slip_stays(spelling: Spelling, typed: str) -> None:
    assert spelling.corrected(typed) == typed


def test_what_authors_misspell_on_purpose_is_no_word_of_the_base(spelling: Spelling) -> None:
    assert spelling.corrected("wich one of the two") != "wich one of the two"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("c209", "C-209"),
        ("e 107 on my camera", "E-107 on my camera"),
        ("D501 mesage", "D-501 mesage"),
        ("the app says E-107!", "the app says E-107!"),
        ("c208", "c208"),
        ("a 20 and b20", "a 20 and B-20"),
        ("xc209 c209x c-209-b", "xc209 c209x c-209-b"),
    ],
)
def test_a_code_is_read_as_the_base_writes_it(typed: str, meant: str) -> None:
    codes = Article(id="c", title="Error C-209", text="E-107 and D-501 follow B-20 and A-20.")
    assert Spelling.of([codes]).corrected(typed) == meant


def test_two_slips_need_a_long_word(spelling: Spelling) -> None:
    assert spelling.corrected("the thermostadt and the thrmstat") == "the thermostat and the thermostat"
    assert spelling.corrected("the lokk is in the wey") == "the lock is in the wey"
    assert spelling.corrected("the lcak is not the one") == "the lcak is not the one"


def test_a_base_without_words_corrects_nothing() -> None:
    assert Spelling({}).corrected("teh camra is brokn") == "teh camra is brokn"


def test_the_list_of_english_words_is_there() -> None:
    words = english_words()
    assert len(words) > 80_000
    assert {"mower", "battery", "thanksgiving"} <= words
    assert not {"teh", "wich", "camra"} & words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("where is the invoice of FW-1234567", "where is the invoice of "),
        ("is the camera 86410e07b covered", "is the camera  covered"),
        ("Who has asked? My phone is 07700900123", "Who has asked? My phone is "),
    ],
)
def test_the_number_of_an_order_a_device_or_a_phone_is_left_out(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed", ["what does KI-2026-09 mean", "the camera shows C-204", "86410e07b", "it is a WH-1000XM5"]
)
def test_a_code_of_the_base_a_model_and_a_bare_number_stay(typed: str) -> None:
    base = Spelling.of([Article(id="a", title="KI-2026-09", text=TEXT + " What does it mean? It shows this.")])
    assert base.corrected(typed) == typed
