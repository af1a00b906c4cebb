"""Owns the questions of a message: of one that asks several, and the one that a story is told around.

Refuses to judge whether several are about different things: what is found for each tells that.
"""

from __future__ import annotations

import re

from bot.retrieval.standalone import PRONOUN
from kb_ingest.lexical import terms

MOST = 3
LONGEST = 600
"""Characters up to which a message is taken apart."""
OWN_WORDS = 3
"""Terms from which a question says by itself what it asks."""
_ASKS = (
    r"(?:how|what['’]?s?|when|where['’]?s?|which|who|why|can|could|do|does|did|is|are|am|will|would|should|may|have|has)"
)
JOINS = r"(?:and also|and then|and|n|&|also|plus|then|oh and|btw)"
CUT = re.compile(
    rf"(?<=[.!?])\s+|\n+|(?:^|(?<=\s))(?:\(?[1-3a-c][.)]|[-*•])\s+|[ ,;]+{JOINS}[ ,]+(?={_ASKS}\b)|"
    rf"[,;–-] (?={_ASKS}\b)",
    re.IGNORECASE,
)
QUESTION = re.compile(
    rf"^\W*(?:(?:{JOINS}|so|ok|but|hi|hello|hey|please|first|second|secondly|another thing)\W+){{0,3}}{_ASKS}\b",
    re.IGNORECASE,
)


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of the message, two or three, in order; none where it asks one thing, or too many."""
    asked = tuple(part for part in parts_of(text) if asks(part))
    return asked if 1 < len(asked) <= MOST else ()


def asked_by_itself(text: str) -> str:
    """The one question of a message that tells more, where it says itself what it asks; else empty."""
    parts = parts_of(text)
    asked = [part for part in parts if asks(part)]
    return asked[0] if len(parts) > 1 and len(asked) == 1 and stands_alone(asked[0]) else ""


def parts_of(text: str) -> list[str]:
    """Its sentences and what it lists or joins, but parts without a word to search by; none of a long message."""
    parts = (part.strip() for part in CUT.split(text)) if len(text) <= LONGEST else iter(())
    return [part for part in parts if terms(part)]


def asks(part: str) -> bool:
    return bool(QUESTION.match(part)) or part.endswith("?")


def stands_alone(question: str) -> bool:
    """True where it says itself what it asks: not "and is that true?"."""
    return len(set(terms(question))) >= OWN_WORDS and not PRONOUN.search(question)
