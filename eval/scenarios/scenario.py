"""Owns the scenario: a scripted customer, what must come of each message, and what a good agent would have said.

Refuses to read files and to judge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.handoff.packet import FactKind
from bot.retrieval.question import Known
from eval.scenarios.grid import Cell


class Act(StrEnum):
    """What the desk did with a message; SILENT: a person has the conversation, so the bot says nothing."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    REFUSE = "refuse"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Expected:
    """`acts`: all that a fair person accepts. Where it answers, one of `mention` is shown and one of `articles` is
    cited, if there are any; `must_not` is never shown, whatever it does.
    """

    acts: frozenset[Act]
    mention: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the script."""

    says: str
    expect: Expected


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that the customer gives: it must be in the packet when a person takes over."""

    kind: FactKind
    value: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scripted customer in one situation. `falls_short` says what is known not to work yet, empty: all of it does;
    `file` and `line` (from 1) tell where it is written."""

    id: str
    cell: Cell
    goal: str
    turns: tuple[Turn, ...]
    model_answer: str
    known: Known = field(default_factory=Known)
    told: tuple[Told, ...] = ()
    falls_short: str = ""
    file: str = ""
    line: int = 0
