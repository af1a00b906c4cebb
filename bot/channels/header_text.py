"""Owns making one harmless line of whatever stands in a mail header. Refuses to fail: a broken word stays as it is."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

from bot.channels.charset import decoded

LONGEST = 300
LONGEST_RAW = 4000
_WORD_BREAKS = re.compile(r"\s+")
# Characters that turn the direction of text, join it or hide it, beside control characters.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(raw: str, longest: int = LONGEST) -> str:
    """The header's words, decoded, on one line without control, format and undefined characters."""
    return _plain(_decoded(raw[:LONGEST_RAW]))[:longest].strip()


def _plain(text: str) -> str:
    return _WORD_BREAKS.sub(" ", "".join(" " if _unwanted(letter) else letter for letter in text)).strip()


def _unwanted(letter: str) -> bool:
    return letter in "\r\n\t" or unicodedata.category(letter) in _HIDDEN


def _decoded(raw: str) -> str:
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(part if isinstance(part, str) else decoded(part, charset) for part, charset in parts)
