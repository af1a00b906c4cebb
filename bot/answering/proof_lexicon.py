"""Owns the words the proof treats specially: operators, equal words, words without weight. Refuses to read text.

Two words stand in one group only if swapping them in a help article changes nothing a customer could act on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

NOT, ONLY, OPENS = "NOT", "ONLY", "OPENS"
CONDITIONS = frozenset({"IF", "UNLESS", "EXCEPT", "UNTIL", "WHEN", "WHILE", "BECAUSE", "AFTER", "BEFORE"})
"""Operators that begin a part of a sentence which says when or against what the rest holds."""
LIMITS = frozenset(
    {NOT, ONLY, "NEVER", "ALWAYS", "NOTHING", "WITHOUT", "MUST", "SHOULD", "IF", "UNLESS", "EXCEPT", "UNTIL", "WHEN"}
    | {"AFTER", "BEFORE", "WITHIN", "AT_LEAST", "UP_TO", "MORE", "LESS"}
)
"""Operators that limit what is around them: a sentence with one is never left out of an answer."""
FIXED = frozenset(
    {NOT, ONLY, "NEVER", "NOTHING", "ALWAYS", "MUST", "CAN", "MAY", "SHOULD", "COULD", "OR", "INSTEAD", "THAN", OPENS}
    | CONDITIONS
)
"""Operators whose place decides what they hold for: a phrase with one is not moved on its own."""
MOVABLE = ("afterwards", "usually", "automatically", "immediately", "each", "again")
"""Words that may stand anywhere in their part."""
PAST = "PAST"
"""Says that something has happened. An answer may leave it out and never add it."""
FIRST_PERSON_SINGULAR = frozenset({"i", "me", "my", "mine", "myself"})
FIRST_PERSON_PLURAL = frozenset({"we", "us", "our", "ours", "ourselves"})

_PHRASES: Sequence[tuple[str, str]] = (
    (r"can(?:not|'t)", "can not"),
    (r"won't", "will not"),
    (r"shan't", "will not"),
    (r"(\w+)n't", r"\1 not"),
    (r"'ll", " will"),
    (r"'re", " are"),
    (r"'ve", " have"),
    (r"'m", " am"),
    (r"'d", " would"),
    (r"'s", ""),
    (r"(?<=s)'(?=\s)", ""),
    (r"a\.m\.?", "am"),
    (r"p\.m\.?", "pm"),
    (r"e-mails?", "email"),
    (r"(?:have|has|need|needs|required|obliged) to", "must"),
    (r"(?:is|are|be) able to|(?:is|are) allowed to", "can"),
    (r"(?:as|so) long as|provided(?: that)?|in case|on condition that", "if"),
    (r"apart from|other than|except for|excluding", "except"),
    (r"prior to", "before"),
    (r"at the (?:very )?least|a minimum of|no (?:less|fewer) than|not (?:less|fewer) than", "at least"),
    (r"at (?:the )?most|a maximum of|no more than|not more than|no longer than", "up to"),
    (r"(?:less|fewer) than", "less than"),
    (r"free of charge|at no (?:extra )?cost|for free|without charge", "free"),
    (r"right away|straight away|at once", "immediately"),
    (r"(?:log|logs|sign|signs) (?:in|on)(?=\W|$)", "signin"),
    (r"(?:log|logs|sign|signs) out", "signout"),
    (r"log-?in", "signin"),
    (r"(?:switch|switches|turn|turns) on", "turn on"),
    (r"(?:switch|switches|turn|turns) off", "turn off"),
    (r"make sure(?: that)?|be sure that|ensure that", "ensure"),
    (r"set-?up", "set up"),
    (r"in order to", "to"),
    (r"(?:please )?note that|please note|keep in mind that|remember that", ""),
    (r"after that", "afterwards"),
    (r"of course|as well|as follows|the following|in addition", ""),
)
PHRASES = tuple((re.compile(rf"(?<!\w){old}" if old[0] != "'" else old, re.IGNORECASE), new) for old, new in _PHRASES)

_OPERATORS: Mapping[str, str] = {
    NOT: "not no neither nor none", "NEVER": "never", "NOTHING": "nothing nobody", "WITHOUT": "without",
    ONLY: "only solely exclusively", "ALWAYS": "always",
    "MUST": "must", "CAN": "can", "MAY": "may might", "SHOULD": "should", "COULD": "could would",
    "IF": "if whether", "UNLESS": "unless", "EXCEPT": "except", "UNTIL": "until till", "WHEN": "when whenever",
    "WHILE": "while whereas", "BECAUSE": "because since", "AFTER": "after once", "BEFORE": "before",
    "WITHIN": "within", "FROM": "from", "OR": "or", "INSTEAD": "instead", "THAN": "than",
    "MORE": "more", "LESS": "less fewer", "ABOUT": "about around approximately roughly",
    "AT_LEAST": "atleast", "UP_TO": "upto",
    PAST: "have has had was were been did",
}  # fmt: skip
OPERATORS = {word: name for name, words in _OPERATORS.items() for word in words.split()}
JOINED = ((re.compile(r"\bat least\b", re.I), "atleast"), (re.compile(r"\bup to\b", re.I), "upto"))

_WEIGHTLESS = (
    "a an the is are am be being do does you your yours yourself it its itself this that these those there here "
    "they them their he she his her of to in on at for by with as so then and but also too which who whose what "
    "how will shall please simply just however though although therefore thus yet both we us our ours"
)
WEIGHTLESS = frozenset(_WEIGHTLESS.split())
"""Words that may come and go: they carry no fact on their own."""
PREPOSITIONS = frozenset({"of", "to", "in", "on", "at", "for", "by", "with", "as"})
"""Those of them that say what part the phrase after them has in the sentence."""
BEFORE_NAMES = frozenset({"of", "to"})
"""Prepositions that say so before a name only: "3 days to prepare" is "preparing takes", "of 3 days" is "three-day"."""

_EQUAL = (
    "choose select pick chosen", "tap click", "begin start", "buy purchase bought", "get receive obtain",
    "appear show display shown", "keep retain kept", "help assist", "occur happen", "allow let permit",
    "ask request", "often frequently", "immediately instantly", "each every", "big large", "parcel package",
    "change modify", "wish want", "colour color", "centre center", "grey gray", "apartment flat",
    "complete finish", "sometimes occasionally", "need require", "use employ", "find locate found",
    "quickly fast", "delete erase", "in via through", "verify confirm", "entire whole", "attempt try",
    "additional extra", "mend fix", "phone telephone", "photo picture", "reply respond answer",
    "tell inform told", "ok okay", "shut close", "enter type", "automatically automatic",
    "give provide given", "store save", "remain stay", "usually normally typically generally", "send sent",
    "pay paid", "hold held", "take taken", "see seen", "write written", "sell sold", "lose lost",
    "leave left", "make made", "canceled cancelled",
)  # fmt: skip
EQUAL = {word: group.split()[0] for group in _EQUAL for word in group.split()}

_COUNT = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_COUNT.split())} | {
    "fifteen": "15", "twenty": "20", "thirty": "30", "sixty": "60", "ninety": "90", "hundred": "100",
}  # fmt: skip
CURRENCY_WORDS = {
    "dollar": "$", "dollars": "$", "usd": "$", "euro": "€", "euros": "€", "eur": "€", "pounds": "£", "gbp": "£",
}  # fmt: skip
OPENINGS = re.compile(r"^(?:(?:first|next|finally|lastly|second|third)\s*,|then\b,?)\s*", re.I)
"""Words a rewrite may put before a step to join it to the one before."""
