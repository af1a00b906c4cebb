"""Owns the eval case: what a customer wrote, what a fair person would accept, why the case exists.

Refuses to read files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.utterance import Utterance
from bot.decision.outcome import Verdict
from bot.retrieval.question import Known

LOOKS_LIKE_ASKING_FOR_PERSON = "person-look-"
"""Prefix of look-alike cases that must not be taken for "a person, please" either."""


class Kind(StrEnum):
    """What a case is about; decides which checks judge it."""

    ANSWERABLE = "answerable"
    FOLLOWUP = "followup"
    VARIANT = "variant"
    MISSING_FACT = "missing_fact"
    OTHER_TOPIC = "other_topic"
    SENSITIVE = "sensitive"
    ASKS_PERSON = "asks_person"
    INJECTION = "injection"
    INTERNAL_ONLY = "internal_only"
    SMALL_TALK = "small_talk"
    LOOKALIKE = "lookalike"
    UNCLEAR = "unclear"


class Voice(StrEnum):
    """How the customer writes."""

    PLAIN = "plain"
    TERSE = "terse"
    TYPOS = "typos"
    ANGRY = "angry"
    RAMBLING = "rambling"
    NON_NATIVE = "non_native"


class Split(StrEnum):
    """TUNE may be looked at and fitted on; TEST is only measured."""

    TUNE = "tune"
    TEST = "test"


KNOWLEDGE_KINDS = frozenset({Kind.ANSWERABLE, Kind.FOLLOWUP, Kind.VARIANT})
"""Kinds that the knowledge base can answer."""


@dataclass(frozen=True, slots=True)
class Expect:
    """`decisions`: all that a fair person accepts, empty where only false alarms count.

    Any one article and any one span is enough; none of `must_not` may be shown.
    """

    decisions: frozenset[Verdict] = frozenset()
    articles: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    sensitive: str | None = None
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One customer message with its expectation; `internal_articles` hold the fact that no customer may
    be told; `pinned`: it is asked again with every edit and must not get worse; `file` and `line` (from 1) tell
    where the case is written."""

    id: str
    kind: Kind
    voice: Voice
    area: str
    text: str
    expect: Expect
    reason: str
    context: tuple[Utterance, ...] = ()
    known: Known = field(default_factory=Known)
    split: Split | None = None
    internal_articles: tuple[str, ...] = ()
    pinned: bool = False
    file: str = ""
    line: int = 0

    @property
    def belongs_to(self) -> Split:
        """The split by article, so that no article's questions stand in both."""
        return split_of(self.group)

    @property
    def group(self) -> str:
        """What the case must stay together with: the first expected article, or the case itself."""
        return self.expect.articles[0] if self.expect.articles else self.id

    @property
    def has_answer(self) -> bool:
        """True when the public base holds the answer and giving it is accepted."""
        return self.kind in KNOWLEDGE_KINDS and Verdict.ANSWER in self.expect.decisions


def split_of(group: str) -> Split:
    """TUNE or TEST by a hash of the group's name: the same on every machine, whatever is added later."""
    even = int(hashlib.sha256(group.encode()).hexdigest(), 16) % 2 == 0
    return Split.TUNE if even else Split.TEST
