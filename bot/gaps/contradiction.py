"""Owns whether what a person told a customer and what an article or the bot said can not both be true.

Statements are read and held against each other in `kb_ingest/statements/`, as for the impact gate and for knowledge
health. Refuses what they cannot line up: sentences on different things never contradict.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb_ingest.statements.opposed import against
from kb_ingest.statements.reading import statements_of


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sentences that can not both be true, and what differs, as a person would name it."""

    said: str
    against: str
    differs: str


def contradiction(said: str, other: str) -> Contradiction | None:
    """The first sentence of `said` that contradicts one of `other`; None when none does."""
    others = [(None, each) for each in statements_of(other)]
    for one in statements_of(said):
        for found in against(one, others, _alike):
            return Contradiction(one.text, found.statement.text, found.opposed.differs)
    return None


def _alike(_word: str) -> float:
    """Two texts are no base that tells how rare a word is."""
    return 1.0
