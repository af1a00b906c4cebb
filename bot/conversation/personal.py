"""Owns taking personal data out of what was said, for whoever must not see it: files of cases, the list of gaps.

Refuses to guess: a name that is neither told nor known stays, because nobody can tell it by rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.conversation import conversations, person_names
from bot.conversation.masking import mask
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.customers import records

PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email removed]"),
    (re.compile(r"(?<![\w-])[+(]?\d[\d ()./-]{7,}\d(?![\w-])"), "[number removed]"),
    (re.compile(r"\b[A-Z]{2,4}-\d{5,}\b"), "[reference removed]"),
)
"""What agents need on a ticket but nobody else does, besides what is masked at the door."""


def without_personal(text: str, names: frozenset[str] = frozenset()) -> str:
    """The text without secrets, addresses, phone numbers, references, and names: those it tells and `names`."""
    kept = person_names.without(mask(text).text, names)
    for pattern, placeholder in PERSONAL:
        kept = pattern.sub(placeholder, kept)
    return kept


def names_in(tx: Connection, said: Sequence[Message]) -> frozenset[str]:
    """Who takes part, as far as it was told: in words, as an agent's name, by the website. `said` is not empty."""
    customer_id = conversations.load(tx, said[0].conversation_id).customer_id
    return names_of(said, records.load(tx, customer_id).name if customer_id else "")


def names_of(said: Sequence[Message], customer: str) -> frozenset[str]:
    """The same; `customer` is the name that the website told, empty without one."""
    known = [customer, *(m.author for m in said if m.author and m.role is Speaker.AGENT)]
    told = person_names.told(m.text for m in said if m.role in (Speaker.CUSTOMER, Speaker.AGENT))
    return told.union(*map(person_names.words, known))
