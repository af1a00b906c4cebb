"""Owns what sounds as if it went on about a resolved ticket, for how long, and how long a Resolve can be taken back,
read from `follow_ups.yaml`. Refuses to decide: wrote_again.py and take_back.py do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

LONGEST_REOPEN_MINUTES = 1440
"""Its customer may be asked from then on whether it is still fine."""


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """The whole file; `courtesies` are ids of small talk."""

    days: int
    reopen_minutes: int
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
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "days", "reopen_minutes", "courtesies", "anew", "goes_on"
    )
    return FollowUpPolicy(
        days=fields["days"].whole("a whole number of days"),
        reopen_minutes=_minutes(fields["reopen_minutes"]),
        courtesies=frozenset(fields["courtesies"].texts()),
        anew=fields["anew"].expressions(),
        goes_on=fields["goes_on"].expressions(),
    )


def _minutes(node: Node) -> int:
    minutes = node.minutes()
    if minutes > LONGEST_REOPEN_MINUTES:
        raise node.wrong(f"must be at most {LONGEST_REOPEN_MINUTES} minutes")
    return minutes
