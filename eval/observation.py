"""Owns the Observation: all that came of one case, frozen, as the checks see it. Refuses to judge it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.decision.outcome import Reason, Verdict
from bot.decision.signals import Signals


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation that the customer gets."""

    article_id: str
    version: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Observation:
    """`shown` is every word the customer reads, `drafted` what would have been the answer, shown or not.

    `ranked` are article ids, best first; `options` those offered when clarifying; `screened` is the category
    that the screen before retrieval found; `confidence` is a probability, `milliseconds` wall time.
    """

    case_id: str
    decision: Verdict
    reason: Reason | None = None
    category: str | None = None
    screened: str | None = None
    small_talk: bool = False
    confidence: float = 0.0
    shown: str = ""
    drafted: str = ""
    citations: tuple[Cited, ...] = ()
    ranked: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    standalone: str = ""
    signals: Signals = field(default_factory=Signals)
    generation: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """The pipeline or a check broke on a case: neither right nor wrong, and never a number."""

    case_id: str
    where: str
    error: str


FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
"""What broken code raises. Interrupts, lack of memory and our own errors about settings end the run
instead.
"""
