"""Owns the questions of a message that asks several: "how do I reset it and how long is the warranty?".

Refuses to judge whether they are about different things: what is found for each tells that.
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
_JOINS = r"(?:and also|and then|and|n|&|also|plus|then|oh and|btw)"
CUT = re.compile(
    rf"(?<=[.!?])\s+|\n+|(?:^|(?<=\s))(?:\(?[1-3a-c][.)]|[-*•])\s+|[ ,;]+{_JOINS}[ ,]+(?={_ASKS}\b)|"
    rf"[,;–-] (?={_ASKS}\b)",
    re.IGNORECASE,
)
QUESTION = re.compile(
    rf"^\W*(?:(?:{_JOINS}|so|ok|but|hi|hello|hey|please|first|second|secondly|another thing)\W+){{0,3}}{_ASKS}\b",
    re.IGNORECASE,
)


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of the message, two or three, in order; none where it asks one thing, or too many."""
    parts = (part.strip() for part in CUT.split(text)) if len(text) <= LONGEST else iter(())
    asked = tuple(part for part in parts if part and terms(part) and (QUESTION.match(part) or part.endswith("?")))
    return asked if 1 < len(asked) <= MOST else ()


def stands_alone(question: str) -> bool:
    """True where it says itself what it asks: not "and is that true?"."""
    return len(set(terms(question))) >= OWN_WORDS and not PRONOUN.search(question)
