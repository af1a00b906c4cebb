"""What can be checked of the widget's files without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.handoff.follow_up_policy import read_follow_ups
from bot.widget.policy import frame_policy, shop_policy
from bot.widget.shop import DEVICES

STATIC = Path(__file__).parents[4] / "bot" / "widget" / "static"
LANGUAGES = ("en", "de", "fr", "es")
SCRIPTS = sorted(STATIC.rglob("*.js"))
PLACE = re.compile(r"\{(\w+)\}")


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / "lang" / f"{language}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_its_places(language: str) -> None:
    english = words("en")
    assert words(language).keys() == english.keys()
    for key, sentence in words(language).items():
        assert sentence.strip()
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(english[key])), key


def test_every_sentence_is_used_and_every_used_sentence_exists() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    used = set(re.findall(r"\"([a-zA-Z]+)\"", script))
    assert words("en").keys() <= used
    assert set(re.findall(r"\bt\(\"(\w+)\"", script)) <= words("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_customer_is_told_to_write_when_it_is_not_solved_is_understood_so(language: str) -> None:
    follow_ups = read_follow_ups(STATIC.parents[2] / "data" / "policies" / "follow_ups.yaml")
    told = re.search("[“„«] ?(.+?) ?[”“»]", words(language)["notSolved"])
    assert told is not None
    assert follow_ups.is_about_it(told[1])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_code(script: Path) -> None:
    source = script.read_text(encoding="utf-8")
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "srcdoc",
        "DOMParser",
    ):
        assert sink not in source


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_says_what_it_owns(script: Path) -> None:
    head = script.read_text(encoding="utf-8")[:500]
    assert "wns " in head


def test_policies_allow_no_inline_code_and_no_other_host() -> None:
    for policy in (frame_policy(("https://shop.example",)), shop_policy()):
        assert "unsafe" not in policy
        assert "*" not in policy
        assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'self' https://shop.example;" in frame_policy(("https://shop.example",))
    assert "require-trusted-types-for 'script'" in frame_policy(())


def test_every_device_of_the_shop_has_its_picture() -> None:
    for device in DEVICES:
        assert (STATIC / "demo" / f"{device.picture}.svg").exists()
