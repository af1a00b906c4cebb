"""Owns the file in which the evaluation says what each target for wrong answers would cost: format, reading, writing.

`eval calibrate` writes it into the service's data folder, the console reads it. One JSON object: `format`, when and on
which generation it was made, how many cases, and for each target two offers, either of which may be null: `proven` is
the most generous threshold whose bound holds on finitely many cases, `seen` the most generous that merely kept the
target on these cases. Refuses another format version, and to change any threshold: a person runs the command.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.casebook import kept
from bot.errors import DeskError

FORMAT = 1
FILE = "trade_off.json"


class BadTradeOff(DeskError):
    """The file cannot be read."""

    status = 503
    code = "bad_trade_off"


@dataclass(frozen=True, slots=True)
class AreaCount:
    """The cases of one area: how many were asked, would be answered, and of those would be wrong."""

    area: str
    asked: int
    answered: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Answering from `threshold` on, and what that did on the cases; `command` makes it so."""

    threshold: float
    answered: int
    wrong: int
    areas: tuple[AreaCount, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Target:
    """At most `max_wrong` of the answers wrong, and what can be had for it."""

    max_wrong: float
    proven: Offer | None
    seen: Offer | None


@dataclass(frozen=True, slots=True)
class TradeOff:
    """Every target, from careful to generous. Confidences are out of fold: no case judged itself."""

    format: int
    at: str
    generation: str
    base: str
    confidence: float
    cases: int
    targets: tuple[Target, ...]

    def nearest(self, max_wrong: float) -> Target:
        """The target closest to what is asked for."""
        return min(self.targets, key=lambda target: abs(target.max_wrong - max_wrong))


def write(path: Path, found: TradeOff) -> None:
    """Replace the file."""
    kept.write(path, found)


def read(path: Path) -> TradeOff | None:
    """The file, None where none was written yet. Raises BadTradeOff."""
    found = kept.read(path, TradeOff, FORMAT, lambda why: _bad(path, why))
    if found is not None and not found.targets:
        raise _bad(path, "it has no target")
    return found


def _bad(path: Path, why: str) -> BadTradeOff:
    return BadTradeOff(f"{path} cannot be read: {why}; run `python -m eval calibrate --dry-run` again")
