"""Owns the words that are read as others when two statements are compared: near equals of help texts, and what denies.

Wider than the proof's equal words (`bot/answering/proof_lexicon.py`): there a swap must change nothing, here it only
has to leave the subject the same. Refuses to read text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kb_ingest.lexical import terms

_PHRASES: Sequence[tuple[str, str]] = (
    (r"it is (?:impossible|not possible|not allowed) to", "may not"),
    (r"it is (?:possible|allowed|permitted) to", "may"),
    (r"can(?:not|['’]t)", "can not"),
    (r"won['’]t", "will not"),
    (r"(\w+)n['’]t", r"\1 not"),
    (r"opt(?:ed|s)? out(?: of)?|(?:switch|turn)(?:ed|es|s)?(?: \w+)? off|stop getting", "disable"),
    (r"(?:switch|turn)(?:ed|es|s)? (?:itself |themselves )?on", "enable"),
    (r"(?:put|puts) off|putting off", "postpone"),
    (r"(?:go|goes|went|going) back", "return"),
    (r"(?:send|sends|sent|take|takes|took|taken|give|gives|given|sending|taking) (?:\w+ )?back", "return"),
    (r"(?:pick|picks|picked|picking) up|pick-?up", "pickup"),
    (r"set-?up|setting up", "setup"),
    (r"no longer|not any ?more|any ?more", "not"),
    (r"(?:is|are|was|be|been) able to|(?:is|are) allowed to|(?:is|are) possible to|(?:is|are) welcome to", "can"),
    (r"(?:isn['’]t|aren['’]t|is not|are not|not) (?:able|allowed|permitted) to", "can not"),
    (r"impossible", "not possible"),
    (r"unsupported", "not supported"),
    (r"forbidden|prohibited|ruled out|excluded", "not allowed"),
    (r"optional|unnecessary|voluntary", "not required"),
    (r"all (?:of )?the same", "still"),
    (r"(?:by|for) (?:yourself|themselves)|user-", "yourself"),
)
PHRASES = tuple((re.compile(rf"(?<!\w){old}(?!\w)", re.IGNORECASE), new) for old, new in _PHRASES)
DENIES = re.compile(
    r"(?i)\b(?:not|never|cannot|(?<!even )without|no(?! (?:later|more|longer|less|fewer|matter|doubt)\b)|none|"
    r"nor|neither|nobody|nothing|hardly|instead of|"
    # German; French, where "ne" comes with one of these; Spanish, which shares "no".
    r"nicht|kein(?:e[mnrs]?)?|nie(?:mals)?|weder|pas|jamais|aucune?|nunca|ning[uú]n[oa]?)\b|n['’]t\b"
)
_EQUAL = (
    "delay postpone defer", "expire end lapse", "charge cost fee price", "post ship mail send dispatch deliver",
    "require need must necessary have", "answer reply respond response", "receive get obtain gain",
    "allow permit let", "buy purchase bought", "remove delete erase",
    "phone telephone call ring", "return revert", "start begin commence begun",
    "store hold keep save fit retain stored",
    "support work compatible", "sell offer sold available", "replace change swap exchange alter modify redirect",
    "see show display shown reach look", "drop fall decrease sink weaker", "below under", "above over",
    "last previous past", "parcel package shipment", "device product", "person people someone somebody", "link url",
    "use used using via through", "issue give grant given hand", "confirm confirmation acknowledge",
    "lock locked block", "mend repair fix", "customer consumer you buyer applicant guest",
    "month monthly", "year yearly annual annually", "wrong incorrect failed", "press tap push",
    "choose select pick", "provide give", "open view", "complete finish", "reduce lower",
    "present gift", "include come contain bring", "pause stop silence mute", "disable opt", "visible show",
    "home house",
    "copy copied duplicate", "accept take", "version model", "application app", "personal private",
)  # fmt: skip
_WEIGHTLESS = (
    "also too please note simply just even still again already however exactly usually normally about up may can must "
    "have as well most least than latest soon yes no not one once own whole full per etc s t within without through "
    "among onto upon stay remain else go goes time way thing case long many much every each until possible possibly "
    "able welcome "
    # Of other languages, but for what is a word with weight in English.
    "der das dem des ein eine einen einem einer und oder ist sind wird werden kann können sie es wir ihr ihre ihren im "
    "zu von mit für bei auf aus nach innerhalb auch nur "
    "le la les un une du et ou est sont vous nous il elle ne peut peuvent pouvez être sur sous dans par avec en au aux "
    "ce cette votre vos notre nos "
    "el los las una del y es su sus se puede pueden puedes con por para al"
)


@lru_cache(maxsize=1)
def _firsts() -> Mapping[str, str]:
    """Stem → the stem that stands for it; "" for one without weight."""
    found = dict.fromkeys(terms(_WEIGHTLESS), "")
    for group in _EQUAL:
        stems = [stem for word in group.split() for stem in terms(word)]
        for stem in stems:
            found.setdefault(stem, stems[0])
    return found


@lru_cache(maxsize=50_000)
def meant_by(word: str) -> tuple[str, ...]:
    """What one word means; nothing for one that only joins others."""
    firsts = _firsts()
    return tuple(first for stem in terms(word) if (first := firsts.get(stem, stem)))


def meant(text: str) -> frozenset[str]:
    """What the words of a text mean."""
    return frozenset(first for word in text.split() for first in meant_by(word))
