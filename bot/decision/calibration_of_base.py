"""Owns which calibration goes with a base: the one fitted on its own labelled questions, else what carries over.

A file in the folder `bases` beside the default names some articles of its base; it is used where most of them are.
Refuses to use a base's own thresholds for another base: they hold nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from bot.decision.confidence import Calibration, read_calibration
from bot.errors import BadPolicy

FOLDER = "bases"
MARKS = 40
"""Articles by which a base is known."""
ENOUGH = 0.6
"""Share of them that must be there: articles come and go, a base stays the same."""


def for_base(default: Path, article_ids: Collection[str]) -> Calibration:
    """The calibration for a base with these articles; BadPolicy when a file cannot be read."""
    own = [path for path in sorted((default.parent / FOLDER).glob("*.json")) if _is_of(path, article_ids)]
    return read_calibration(own[0] if own else default)


def marks(article_ids: Iterable[str]) -> tuple[str, ...]:
    """The articles a base is to be known by: spread evenly over its ids."""
    ordered = sorted(article_ids)
    return tuple(ordered[:: max(-(-len(ordered) // MARKS), 1)])


def _is_of(path: Path, article_ids: Collection[str]) -> bool:
    try:
        named = json.loads(path.read_text(encoding="utf-8"))["known_by"]
        return sum(name in article_ids for name in named) >= ENOUGH * len(named) > 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadPolicy(f"{path.name}: {error}; run `python -m eval calibrate` to write a new one") from error
