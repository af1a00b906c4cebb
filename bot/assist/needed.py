"""Owns the probability that a message needs an article: by how it is said, and by what is found for it.

Refuses to tell which article. Who books a table, gives an order number or says thanks needs none, however near one
comes; who asks whether there is a view does.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from bot.decision.confidence import log_odds
from bot.retrieval.asked_together import JOINS, parts_of

MARK, FACT, ARRANGES, WORDS, PARTS, SURE = 1.67, 2.62, -2.16, 0.93, -1.40, 1.24
CONSTANT = -2.54
"""Logistic regression over `Cues`; `python -m eval fit-needed` fits it again."""
LEAST = 0.01
"""A confidence nearer to 0 or 1 than this tells no more."""
_BEFORE = (
    rf"^\W*(?:(?:{JOINS}|so|ok|okay|but|hi|hello|hey|please|first|second|secondly|another thing|yes|no|not yet|well|"
    r"actually|(?:(?:that )?sounds )?(?:good|great|nice)|thanks|thank you|sure|before (?:that|you do|you book)|oh|wait)"
    r"\W+){0,3}"
)
_TELL = r"(?:tell|confirm|check|assure|explain|know|see|say|wonder(?:ing)?|let)"
_GET = r"(?:(?:also|just|please) )?(?:get|have|make|book|see)"
_THING = r"(?:i|we|he|she|it|its|they|their|this|that|these|those|there|the|my|our|your|any|all|both|either|one)"
ASKS_FACT = re.compile(
    rf"{_BEFORE}(?:"
    r"(?:is|are|was|were|am|(?:is|are)n['’]?t)\s+(?!you\b|(?:in|on|at|of|an?|not|also)\b)\w|"
    r"(?:do|does|did|(?:do|does)n['’]?t)\s+(?!you\b)\w|"
    rf"(?:has|have|will|would|should|must|won['’]?t)\s+{_THING}\b|"
    rf"(?:can|could|may|might|can['’]?t)\s+(?!you\b|(?:i|we)\s+{_GET}\b)\w|"
    r"(?:how|what|when|where|who)(?:['’]?s)?\b(?!\s+about)|why\b|which\b)|"
    rf"\b{_TELL}\s+(?:(?:me|us|first|know)\s+)*(?:if|whether|how|what|why|when|which|where)\b",
    re.IGNORECASE,
)
"""Asks how something is or is done: not "can you book it?", "can I get the number?", "how about Friday?"."""
TO_ARRANGE = re.compile(
    r"\b(?:book(?:ing|ed)?|reserv(?:e|ation)|find|(?:get|give|send) me|schedule|search for|look(?:ing)? for|look up|"
    r"arrange|info(?:rmation)? (?:on|about))\b",
    re.IGNORECASE,
)
ON_RECORD = re.compile(
    r"\b(?:numbers?|reference|address|post ?code|zip ?code|e-?mail|price range|entrance fee|stars?|rating|area)\b",
    re.IGNORECASE,
)
"""What stands in the record of an order or a place, where the desk looks it up."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What tells whether a message needs an article. 1 or 0: `mark`, it has a question mark; `fact`, a part of it asks
    how something is or is done and names nothing that stands in a record; `arranges`, it names a deed like booking.
    `words` and `parts`, the logarithms of how many it has; `sure`, the log odds that the best article is right.
    """

    mark: float
    fact: float
    arranges: float
    words: float
    parts: float
    sure: float

    @property
    def probability(self) -> float:
        """In (0, 1), that it does."""
        said = MARK * self.mark + FACT * self.fact + ARRANGES * self.arranges
        said += WORDS * self.words + PARTS * self.parts + SURE * self.sure
        return 1.0 / (1.0 + math.exp(-(CONSTANT + said)))


def cues(text: str, confidence: float) -> Cues:
    """Those of the customer's message; `confidence` is that of the best article found for it."""
    parts = parts_of(text)
    return Cues(
        mark=float("?" in text),
        fact=float(any(ASKS_FACT.search(part) and not ON_RECORD.search(part) for part in parts)),
        arranges=float(TO_ARRANGE.search(text) is not None),
        words=math.log(max(len(text.split()), 1)),
        parts=math.log(max(len(parts), 1)),
        sure=log_odds(min(max(confidence, LEAST), 1.0 - LEAST)),
    )
