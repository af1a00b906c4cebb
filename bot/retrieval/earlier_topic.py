"""Owns which earlier question a message goes back to: "back to the refund: ...", "first question again", "that parcel".

Refuses to guess: without a word that goes back, or a thing that only an earlier question spoke of, it is the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.utterance import Speaker, Utterance
from kb_ingest.lexical import terms

LONGEST = 300
"""Characters up to which a message may be read as going back."""
_FILLER = r"(?:ok(?:ay)?|good|great|cool|alright|right|so|and|but|now|well|hm+|anyway|thanks?|thx|cheers)\W+"
_START = rf"^\W*(?:{_FILLER}){{0,4}}"
_FIRST = r"(?:very )?first (?:thing|question|topic|point|matter|one|issue|problem)"
FIRST = re.compile(
    rf"{_START}(?:(?:back )?(?:to|on|re|about|regarding|with)\W+|once more\W+(?:on |about )?)?"
    rf"(?:(?:the|my|that|your) )?{_FIRST}(?: (?:again|once more|i asked))?\s*[:,;.–-]|"
    rf"{_START}(?:(?:back )?to|re|about)?\W*what i (?:asked|said|wanted to know) (?:first|at first|in the beginning)\b",
    re.IGNORECASE,
)
_BEFORE = r"from (?:before|earlier)"
BACK = re.compile(
    rf"{_START}(?:(?:(?:going|coming|getting|let'?s go|to (?:go|come)|if i (?:may|can) (?:go|come)) )?back to|"
    r"returning to|once more(?: on| about)?|again about|"
    rf"(?:that|those|the|this|these|my)(?: [\w'’-]+){{1,3}} (?:again|{_BEFORE})(?=\s*[:,;.–-]))|"
    rf"\b(?:that|those|the)(?: [\w'’-]+){{1,2}} {_BEFORE}\b",
    re.IGNORECASE,
)
POINTED = re.compile(r"\b(?:that|those) ([^\W\d_]{3,})", re.IGNORECASE)
ASKED, REPLIED = 2, 1
"""What a word counts that stands in an earlier question, and in the reply to it."""


@dataclass(frozen=True, slots=True)
class _Topic:
    """A question of the customer, with what was said until the next: `end` is the place behind it."""

    end: int
    asked: frozenset[str]
    replied: frozenset[str]

    def shared(self, words: frozenset[str]) -> int:
        """How much of the words was spoken of."""
        return ASKED * len(words & self.asked) + REPLIED * len(words & self.replied - self.asked)


def gone_back(text: str, context: Sequence[Utterance]) -> tuple[str, Sequence[Utterance]]:
    """What the message asks, and the turns up to the earlier question that it goes back to; all turns, and the message
    as it is, where it goes on from the last one."""
    topics = list(_topics(context))
    if len(topics) < 2 or len(text) > LONGEST:
        return text, context
    first = FIRST.search(text)
    if first:
        return text[first.end() :].strip() or text, context[: topics[0].end]
    topic = _spoken_of(text, topics)
    return text, context[: topic.end] if topic else context


def _spoken_of(text: str, topics: Sequence[_Topic]) -> _Topic | None:
    """The earlier question with the most words of the message, the later one of two; the one before the last where
    the message goes back and names nothing of them."""
    *earlier, last = topics
    if BACK.search(text):
        return _nearest(earlier, frozenset(terms(text)))
    words = _pointed_at(text) - last.asked - last.replied
    pointed = [topic for topic in earlier if words & topic.asked]
    return _nearest(pointed, words) if pointed else None


def _nearest(topics: Sequence[_Topic], words: frozenset[str]) -> _Topic:
    return max(reversed(topics), key=lambda topic: topic.shared(words))


def _pointed_at(text: str) -> frozenset[str]:
    return frozenset(term for match in POINTED.finditer(text) for term in terms(match[1]))


def _topics(context: Sequence[Utterance]) -> Iterator[_Topic]:
    """Every question with words of its own and what followed it, oldest first; what a customer said in between belongs
    to the one before."""
    starts = [
        place for place, said in enumerate(context) if said.speaker is Speaker.CUSTOMER and terms(said.text)
    ]
    for start, end in zip(starts, [*starts, len(context)][1:], strict=True):
        replied = frozenset(term for said in context[start + 1 : end] for term in terms(said.text))
        yield _Topic(end, frozenset(terms(context[start].text)), replied)
