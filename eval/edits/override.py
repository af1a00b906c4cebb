"""Owns the log of who published although cases got worse, and why. Refuses a nameless one; lines are only added."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.storage import clock

FILE = "overrides.jsonl"


@dataclass(frozen=True, slots=True)
class Override:
    """`at` is UTC, ISO 8601; `worse` are case ids."""

    by: str
    reason: str
    at: str
    generation: str
    worse: tuple[str, ...]


def log(folder: Path, by: str, reason: str, generation: str, worse: Sequence[str]) -> Override:
    """Add a line to the log in `folder`."""
    override = Override(by, reason, clock.now(), generation, tuple(worse))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(override), ensure_ascii=False) + "\n")
    return override
