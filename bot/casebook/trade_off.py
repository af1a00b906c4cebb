"""Owns the file in which the evaluation says what each target for wrong answers would cost: format, reading, writing.

`eval calibrate` writes it into the service's data folder, the console reads it. One JSON object: `format`, when and on
which generation it was made, how many cases, and for each target two offers, either of which may be null: `proven` is
the most generous threshold whose bound holds on finitely many cases, `seen` the most generous that merely kept the
target on these cases. Refuses another format version, and to change any threshold: a person runs the command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import DeskError
from bot.storage.record import decode
from kb_ingest.durable import replace_file

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
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, (json.dumps(asdict(found), indent=1) + "\n").encode())


def read(path: Path) -> TradeOff | None:
    """The file, None where none was written yet. Raises BadTradeOff."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _bad(path, str(error)) from error
    return _parsed(path, text)


def _parsed(path: Path, text: str) -> TradeOff:
    try:
        given = json.loads(text)
        if not isinstance(given, Mapping) or given.get("format") != FORMAT:
            raise _bad(path, f"it is not of format {FORMAT}")
        found = decode(TradeOff, text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad(path, f"{type(error).__name__}: {error}") from error
    if not found.targets:
        raise _bad(path, "it has no target")
    return found


def _bad(path: Path, why: str) -> BadTradeOff:
    return BadTradeOff(f"{path} cannot be read: {why}; run `python -m eval calibrate --dry-run` again")
