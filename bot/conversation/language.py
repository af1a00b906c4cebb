"""Owns guessing the language a customer writes. Refuses to guess from a word: the old guess stays."""

from __future__ import annotations

import threading
from functools import cache

import structlog
from py3langid.langid import MODEL_FILE, LanguageIdentifier

TRUSTED = 0.9
SHORTEST = 12
LONGEST = 1000
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "zh", "ja", "ko", "ar", "ru", "tr")
_one_at_a_time = threading.Lock()
_log = structlog.get_logger()


def detect(text: str, fallback: str) -> str:
    """ISO 639-1 code; `fallback` when the text is short, the guess is worth less than TRUSTED, or the model cannot be
    unpacked into a temporary file: a full disk must cost a customer neither the answer nor the person."""
    letters = sum(char.isalpha() for char in text)
    if letters < SHORTEST and text.isascii():
        return fallback
    try:
        with _one_at_a_time:
            language, probability = _identifier().classify(text[:LONGEST])
    except OSError as error:
        _log.warning("language_not_detected", error=type(error).__name__)
        return fallback
    return str(language) if probability >= TRUSTED else fallback


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
