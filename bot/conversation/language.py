"""Owns guessing the language a customer writes. Refuses to guess from a word: the old guess stays."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache

import structlog
from py3langid.langid import MODEL_FILE, LanguageIdentifier

TRUSTED = 0.9
LIKELY, UNLIKELY = 0.5, 0.03
"""A short message in Spanish is Portuguese to a good part and English to none; no English one of 14,000 looked so."""
PLAUSIBLE = 0.25
ENGLISH = "en"
SHORTEST = 12
LONGEST = 1000
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "zh", "ja", "ko", "ar", "ru", "tr")
_one_at_a_time = threading.Lock()
_log = structlog.get_logger()


def detect(text: str, fallback: str) -> str:
    """ISO 639-1 code; `fallback` when there is nothing to guess from, or the guess is worth little. A likely guess is
    enough where the text is surely not English, unless it may as well be `fallback`."""
    chances = _chances(text)
    language = max(chances, key=chances.__getitem__, default=fallback)
    if not chances or chances[language] >= TRUSTED:
        return language
    foreign = chances[language] >= LIKELY and chances[ENGLISH] <= UNLIKELY
    return language if foreign and chances.get(fallback, 0.0) < PLAUSIBLE else fallback


def may_be(text: str, language: str) -> bool:
    """True where the text is rather in that language than in English."""
    chances = _chances(text)
    return chances.get(language, 0.0) >= PLAUSIBLE and chances[language] > chances[ENGLISH]


def _chances(text: str) -> Mapping[str, float]:
    """Of each language; none when the text is short, or the model cannot be unpacked into a temporary file: a full disk
    must cost a customer neither the answer nor the person."""
    letters = sum(char.isalpha() for char in text)
    if letters < SHORTEST and text.isascii():
        return {}
    try:
        with _one_at_a_time:
            return {str(language): float(chance) for language, chance in _identifier().rank(text[:LONGEST])}
    except OSError as error:
        _log.warning("language_not_detected", error=type(error).__name__)
        return {}


def base_language(tag: str) -> str:
    """The ISO 639-1 code of a language tag as browsers send it: "de" of "de-AT"."""
    return tag.partition("-")[0].lower()


def warm() -> None:
    """Load the model now (about half a second) rather than in the first conversation."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Among all 90-odd languages a terse message with a product name lands anywhere.
    identifier.set_languages(list(LANGUAGES))
    return identifier
