"""Owns how customers take back what was said or understood: "no, the outdoor one", "not indoor, outdoor".

Refuses to judge whether a message is a correction: see standalone.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.retrieval.variants import VariantPolicy
from kb_ingest.lexical import terms

SPOKEN_OF = 6
"""Turns of the customer in which the word is looked for that a correction leaves out."""
LONGEST = 300
"""Characters up to which a message may be read as a correction."""
NO_CORRECTION = re.compile(
    r"^\W*(no|nope|nah|not (that|this|the)|sorry|actually|wait|oops|i mean(t)?|correction|rather)\b", re.IGNORECASE
)
CORRECTS = re.compile(r"\b(i mean(t)?|i was asking about|not (the|my|that|a)|rather|instead|actually)\b", re.IGNORECASE)
NOT_ASKED = (
    r"(is|was)?(n['’]?t| not) (what|the thing) i('?m| am| was)? ?(asked|asking|meant?|wanted|needed|said)"
    r"( (for|about))?"
)
"""An answer to something else: "that's not what I asked"."""
DID_NOT_HELP = re.compile(
    rf"\b((did|does|do)(n'?t| not) (work|help)|not work(ing|ed)?|no luck|still (not|no|nothing|the same|blinking|red|"
    rf"offline)|what (next|now|else)|(tried|did) (that|this|it|all)|next step|same (thing|problem|error)|"
    rf"wrong answer|no help|not (very |really )?helpful|unhelpful)\b|\b\w*{NOT_ASKED}\b",
    re.IGNORECASE,
)
TAKING_BACK = re.compile(
    rf"^(\W*((that|this|it)('?s)? ?{NOT_ASKED}|no(?=\W*$|\s*[,.;:!–-]|\s+(no|i|it|the|that)\b)|"
    r"nope|nah|not that( one)?|sorry|actually|wait|oops|correction|rather|"
    r"i mean(t)?( to ask)?( about)?|i was asking about)\b)+\W*",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"^\W*(?:no\W+|sorry\W+|actually\W+)?not (?P<first>[\w '’-]{2,40}?)(?: ones?)?(?:\s*[,;:.–]+\s*(?:but )?| but )"
    r"(?P<rest>\w.*)$|"
    r"^(?P<before>.*\w)(?:\s*[,;:.–]\s*| and )not (?P<last>[\w '’-]{2,40}?)(?: ones?)?\W*$",
    re.IGNORECASE | re.DOTALL,
)


def meant(text: str, before: Sequence[str], variants: VariantPolicy) -> str:
    """The message without the device that it denies, and with its own told in full, after what the customer said
    `before`: of "not indoor, outdoor" the name of the outdoor camera."""
    spoken_of = " ".join(before[-SPOKEN_OF:])
    return variants.told_apart(_affirmed(text, spoken_of), spoken_of)


def corrected(text: str) -> str:
    """What a correction puts in the place of what was said; empty where it only says that it was not meant."""
    taken_back = TAKING_BACK.match(text) if len(text) <= LONGEST else None
    rest = text[taken_back.end() :] if taken_back else text
    return rest if terms(rest) or not taken_back else ""


def _affirmed(text: str, spoken_of: str) -> str:
    """Without what is said to be not meant, where the customer had spoken of it: not of "not charging, what now"."""
    match = DENIED.match(text) if len(text) <= LONGEST else None
    if match is None or DID_NOT_HELP.search(text):
        return text
    denied = set(terms(match["first"] or match["last"]))
    rest = match["rest"] or match["before"]
    return rest if denied and denied <= set(terms(spoken_of)) and terms(rest) else text
