"""Owns how customers take back what was said or understood: "no, the outdoor one", "not indoor, outdoor".

Refuses to judge whether a message is a correction: see standalone.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.retrieval.replaced import code_in_full
from bot.retrieval.variants import VariantPolicy
from kb_ingest.lexical import terms

SPOKEN_OF = 6
"""Turns of the customer in which the word is looked for that a correction leaves out."""
LONGEST = 300
"""Characters up to which a message may be read as a correction."""
SLIP = (
    r"so?r+y|actually|wait|(?:wh)?o+ps|correction|typo|mis(?:read|typed|spelled|spelt)|arg+h+|pardon(?: me)?|"
    r"e?x?s?cuse me"
)
"""How people begin to say that they got something wrong."""
NO_CORRECTION = re.compile(rf"^\W*(no|nope|nah|not (that|this|the)|i mean(t)?|rather|{SLIP})\b", re.IGNORECASE)
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
    rf"^(\W*((that|this|it)('?s)? ?{NOT_ASKED}|no(?=\W*$|\s*[,.;:!–-]|\s+(no|i|it|the|that|{SLIP})\b)|"
    rf"nope|nah|not that( one)?|rather|{SLIP}|i mean(t)?( to (ask|say|write))?( about)?|i was asking about)\b)+\W*",
    re.IGNORECASE,
)
AFTERWARDS = re.compile(
    r"(?<![\s,.!;–-])[\s,.!;–-]+(?:so?r+y|please|pls|of course|obviously|lol|my (?:bad|mistake)|"
    r"(?:is what )?i (?:meant|wanted)(?: to (?:say|ask|write))?)\W*$",
    re.IGNORECASE,
)
"""What is said after a correction: "the strip, sorry"."""
TURNED = re.compile(
    rf"^\W*(?:(?:h+m+|uh+|oh|well|ok(?:ay)?|no|nope|nah|never ?mind|forget (?:it|that)|{SLIP})\b[\s,.!:;–-]*){{1,4}}",
    re.IGNORECASE,
)
TURNING = re.compile(r"(?<![\s,])[\s,]+(?:instead|rather|though|then|actually)\W*$", re.IGNORECASE)
"""What people say around a question that they ask in the place of what was talked of."""
INSTEAD = re.compile(r"(?<![\s,])[\s,]+instead\W*$", re.IGNORECASE)
THING = re.compile(
    r"\b(?:my|our|the|an?|this|your|another|other) (?:[\w'’-]{2,30} )?[\w'’-]{2,30}(?=\W*$)", re.IGNORECASE
)
"""What a question is about that ends with it: "my plan" of "How do I pause my plan?"."""
OWN = re.compile(r"\b(?:my|our|the|an?|your|another|other) \w", re.IGNORECASE)
IT = re.compile(r"\b(?:it|that|this|them|those|these)\b", re.IGNORECASE)
DENIED = re.compile(
    rf"^\W*(?:(?:no|{SLIP})\W+){{0,2}}(?:not|i (?:wrote|typed|said)) "
    r"(?P<first>[\w '’-]{2,40}?)(?: ones?)?(?:\s*[,;:.–]+\s*(?:but )?| but )(?P<rest>\w.*)$|"
    r"^(?P<before>.*\w)(?:\s*[,;:.–]\s*| and )not (?P<last>[\w '’-]{2,40}?)(?: ones?)?\W*$",
    re.IGNORECASE | re.DOTALL,
)


def meant(text: str, before: Sequence[str], variants: VariantPolicy) -> str:
    """The message without the device that it denies, and with its own told in full, after what the customer said
    `before`: of "not indoor, outdoor" the name of the outdoor camera, of "102" after E-101 the code."""
    spoken_of = " ".join(before[-SPOKEN_OF:])
    match = _denies(text, spoken_of)
    affirmed = _without_courtesy(match["rest"] or match["before"]) if match else text
    return variants.told_apart(code_in_full(affirmed, spoken_of), spoken_of)


def denied(text: str, before: Sequence[str]) -> frozenset[str]:
    """The terms of what the message says not to be meant; none where it denies nothing that was spoken of."""
    match = _denies(text, " ".join(before[-SPOKEN_OF:]))
    return frozenset(terms(match["first"] or match["last"])) if match else frozenset()


def corrected(text: str) -> str:
    """What a correction puts in the place of what was said; empty where it only says that it was not meant."""
    taken_back = TAKING_BACK.match(text) if len(text) <= LONGEST else None
    rest = _without_courtesy(text[taken_back.end() :]) if taken_back else text
    return rest if terms(rest) or not taken_back else ""


def asked_instead(text: str) -> str:
    """What "hmm no, how do I return the camera instead" asks, as if it were asked first; the text where it does not
    turn away from anything."""
    turned = TURNED.match(text) if len(text) <= LONGEST else None
    return TURNING.sub("", text[turned.end() :]) if turned else text


def of_the_same(text: str, earlier: str) -> str | None:
    """What "how do I cancel it instead" asks after "How do I pause my plan?": of the same thing, without what was to be
    done to it. None where the message does not say "instead" or names a thing itself, or the earlier question does not
    end with one."""
    if max(len(text), len(earlier)) > LONGEST:
        return None
    rest, thing = INSTEAD.sub("", text), THING.search(earlier)
    if rest == text or thing is None or not terms(rest) or OWN.search(rest):
        return None
    return IT.sub(lambda _: thing[0], rest, count=1) if IT.search(rest) else f"{rest} {thing[0]}"


def _denies(text: str, spoken_of: str) -> re.Match[str] | None:
    """What is said to be not meant, where the customer had spoken of it: nothing in "not charging, what now"."""
    match = DENIED.match(text) if len(text) <= LONGEST else None
    if match is None or DID_NOT_HELP.search(text):
        return None
    words = set(terms(match["first"] or match["last"]))
    stands = words and words <= set(terms(spoken_of)) and terms(match["rest"] or match["before"])
    return match if stands else None


def _without_courtesy(text: str) -> str:
    rest = AFTERWARDS.sub("", text)
    return rest if terms(rest) else text
