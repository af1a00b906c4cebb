"""Owns what sounds as if it went on about a resolved ticket, and for how long, read from `follow_ups.yaml`. Refuses to
decide: wrote_again.py does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """The whole file; `courtesies` are ids of small talk."""

    days: int
    courtesies: frozenset[str]
    anew: tuple[re.Pattern[str], ...]
    goes_on: tuple[re.Pattern[str], ...]

    def is_anew(self, text: str) -> bool:
        """The customer says that it is about something else."""
        return any(expression.search(text) for expression in self.anew)

    def is_about_it(self, text: str) -> bool:
        """Its words go on about what was resolved."""
        return not self.is_anew(text) and any(expression.search(text) for expression in self.goes_on)


def read_follow_ups(path: Path) -> FollowUpPolicy:
    """The file; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields("version", "days", "courtesies", "anew", "goes_on")
    return FollowUpPolicy(
        days=fields["days"].whole("a whole number of days"),
        courtesies=frozenset(fields["courtesies"].texts()),
        anew=fields["anew"].expressions(),
        goes_on=fields["goes_on"].expressions(),
    )
