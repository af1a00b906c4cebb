"""Owns the particulars of a purchase, which customers tell beside what they ask and no article says.

Refuses to leave out what may decide the answer: a sentence that says more than who bought something, when, for how much
and under which number stays in the search.
"""

from __future__ import annotations

import re

from kb_ingest.lexical import terms

MATTER = 2
"""Terms that a message without what is told beside it must have left to be searched by them."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|black friday|cyber monday|christmas"
_SPANS = r"(?:(?:one|two|three|four|five|six|ten|few|couple of|several) )?(?:days?|weeks?|months?|years?)"
_CURRENCY = r"(?:eur|euros?|dollars?|usd|pounds?|gbp|quid|bucks)"
_NUMBERS = (
    rf"[$£€] ?\d[\d.,]*|\b\d[\d.,]* ?(?:[$£€]|{_CURRENCY}\b)|"
    r"\b[a-z]{0,3}-?\d{5,}\b|\b(?:19|20)\d\d\b|\b\d\d?(?:st|nd|rd|th)?\b"
)
_BOUGHT = (
    r"(?:order(?:ed)?(?: (?:number|no|nr|id|ref|reference))?|placed|bought|buy|purchased?|paid|costs?|got|received|"
    r"(?:from )?your(?: own)?(?: online| web)? (?:shop|store|site|website)|from you)"
)
_ABOUT_ME = r"my name is [a-z]+(?: [a-z]+)?|i['’]?m (?-i:[A-Z])[a-z]+|customer"
_AROUND = (
    r"(?:i['’]?ve|i|we['’]?ve|we|my|me|our|it['’]?s|it|this|them|the|an?|on|in|at|from|of|for|with|by|and|about|around|"
    r"ago|since|last|was|is|been|have|had|has|am|now|as)"
)
PARTICULARS = re.compile(
    rf"(?:{_NUMBERS}|\b(?:{_MONTHS}|{_DAYS}|{_SPANS}|{_BOUGHT}|{_ABOUT_ME}|{_AROUND})\b|[^\w$£€])*+", re.IGNORECASE
)
"""A sentence of nothing else tells of a purchase and its buyer. Possessive: "from your shop" can be read two ways."""


def without_particulars(text: str) -> str:
    """The message without the sentences that tell of a purchase only; as it is where hardly anything would be left."""
    sentences = SENTENCE_END.split(text)
    kept = [each for each in sentences if each.endswith("?") or not PARTICULARS.fullmatch(each)]
    rest = " ".join(kept)
    return rest if len(kept) < len(sentences) and len(set(terms(rest))) >= MATTER else text
