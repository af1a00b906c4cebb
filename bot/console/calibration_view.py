"""Owns what the console shows of a target for wrong answers: what can be proven, what was merely seen, what is in use.

Refuses to change the threshold: it shows the command that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.casebook import trade_off
from bot.casebook.trade_off import Target, TradeOff
from bot.decision.confidence import Calibration

USUAL = 10
"""Where the slider stands first, in per cent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The page. `found` None: the evaluation has not written it yet; `stale`: made on another generation."""

    answer_from: float
    estimated: bool
    found: TradeOff | None = None
    target: Target | None = None
    stale: bool = False

    @property
    def careful(self) -> int:
        """The smallest target, in per cent."""
        return _percent(self.found.targets[0]) if self.found else 0

    @property
    def generous(self) -> int:
        """The largest."""
        return _percent(self.found.targets[-1]) if self.found else 0

    @property
    def chosen(self) -> int:
        """The one that is shown."""
        return _percent(self.target) if self.target else 0


def look(file: Path, calibration: Calibration, generation: str, max_wrong: float) -> Seen:
    """What somebody sees who moves the slider to `max_wrong`. Raises BadTradeOff."""
    found = trade_off.read(file)
    if found is None:
        return Seen(calibration.answer_from, calibration.estimated)
    target = found.nearest(max_wrong)
    stale = found.generation != generation
    return Seen(calibration.answer_from, calibration.estimated, found, target, stale)


def _percent(target: Target) -> int:
    return round(target.max_wrong * 100)
