"""Owns what a statement may look like and whom it may speak for, before its meaning is read. Refuses to repair it.

Allowed are plain words, list markers and bold. Signs are allowed only where the source has them.
"""

from __future__ import annotations

import re
import unicodedata

from bot.answering.proof_lexicon import FIRST_PERSON_PLURAL, FIRST_PERSON_SINGULAR
from bot.answering.proof_tokens import plain

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_PLAIN = frozenset(" \n.,;:!'\"()-–—*•%/&…")
_MARKUP = re.compile(
    r"[<>`\[\]{}\\^~|=#@]|https?:|www\.|://|javascript:|data:|\*{3,}|&\w+;|&#|(?<!\w)_|_(?!\w)", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b[\w-]+\.(?!m\b)[a-z]{2,}\b", re.IGNORECASE)


def looks_right(text: str, source: str) -> bool:
    """False for links, addresses, markup and signs that the source does not have on its own."""
    if any(not _allowed(character, source) for character in text):
        return False
    return all(match[0] in source for pattern in (_MARKUP, _ADDRESS) for match in pattern.finditer(text))


def _allowed(character: str, source: str) -> bool:
    if character in _PLAIN or (character.isascii() and character.isalnum()):
        return True
    # Letters of other scripts, invisible characters, emoji: only what the source itself shows.
    return character in source and unicodedata.category(character) not in ("Cf", "Cc", "Co")


def speaks_right(text: str, source: str) -> bool:
    """False for a first person that the source does not use: nobody here promises, offers or poses as a human."""
    return not _persons(text) - _persons(source)


def _persons(text: str) -> frozenset[str]:
    words = {word.split("'")[0] for word in _WORD.findall(plain(text).lower())}
    singular, plural = words & FIRST_PERSON_SINGULAR, words & FIRST_PERSON_PLURAL
    return frozenset(singular | ({"we"} if plural else frozenset()))
