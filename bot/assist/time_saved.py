"""Owns what a suggestion saved its agent in seconds. Refuses a measure that nobody can recompute from the record.

Saved is the typing that was not needed, less the reading of what was suggested. Of what was kept only the least is
known, as the edit distance counts what was typed and what was taken out: the figure is rather too small than too large.
"""

from __future__ import annotations

TYPED_A_MINUTE = 260
"""Characters: 52 words, the mean of 168,000 people (Dhakal and others, 2018)."""
READ_A_MINUTE = 1_400
"""Characters: 238 words of prose (Brysbaert, 2019)."""


def saved_seconds(suggested: str, sent: str, distance: int) -> float:
    """Below zero where reading took longer than typing would have; `distance` is the edit distance of both texts."""
    return kept(suggested, sent, distance) * 60 / TYPED_A_MINUTE - read_seconds(suggested)


def kept(suggested: str, sent: str, distance: int) -> int:
    """The least number of characters of the suggestion that stand in what was sent."""
    return max(len(suggested), len(sent)) - distance


def read_seconds(suggested: str) -> float:
    """What it costs to read it."""
    return len(suggested) * 60 / READ_A_MINUTE
