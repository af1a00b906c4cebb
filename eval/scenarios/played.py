"""Owns what came of a scenario: the transcript with a verdict on each turn, and the packet a person would have got.

Refuses to hold anything that another run of the same program would not give again: no ids, no times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.handoff.packet import HandoffPacket
from eval.scenarios.scenario import Act, Scenario


class Rule(StrEnum):
    """What is checked of a turn, in the words of the report."""

    ACT = "does what a fair person accepts"
    MENTION = "says what must be said"
    MUST_NOT = "says nothing that must not be said"
    CITES = "cites the right article"
    ASKED_TWICE = "asks for nothing that was given already"
    LABELLED = "says that it is automated"
    TICKET = "a ticket exists exactly when a person takes over"
    PACKET = "the packet holds the whole story"


class Standing(StrEnum):
    """How a scenario went; KNOWN and MENDED ones are marked in their file as falling short."""

    WELL = "went well"
    KNOWN = "falls short, as is known"
    MENDED = "went well, take the mark off"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule on one turn; `note` says what is wrong."""

    rule: Rule
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk did with a message: `text` is what the customer reads, `options` those offered when asked back."""

    act: Act
    text: str = ""
    reason: str | None = None
    confidence: float = 0.0
    cited: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    automated: bool = False
    packet: HandoffPacket | None = None


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A message, its reply, and the verdict."""

    says: str
    reply: Reply
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The rules that were broken."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario as it went. `broke`: the program failed on it, which is neither right nor wrong."""

    scenario: Scenario
    turns: tuple[PlayedTurn, ...]
    broke: str = ""

    @property
    def passed(self) -> bool:
        """Every rule was kept on every turn."""
        return not self.broke and not any(turn.failed for turn in self.turns)

    @property
    def standing(self) -> Standing:
        """How it went, beside what its file says of it."""
        if self.scenario.falls_short:
            return Standing.MENDED if self.passed else Standing.KNOWN
        return Standing.WELL if self.passed else Standing.FAILED


def failures(played: Sequence[Played]) -> tuple[Played, ...]:
    """Those that make a run fail."""
    return tuple(each for each in played if each.standing is Standing.FAILED)
