"""Owns two runs side by side as one HTML file. Refuses scripts and network requests: it can be mailed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.comparison import Change, Comparison, Flip, Mark
from eval.reporting import written
from eval.result import RunResult
from eval.score import Dimension
from kb_ingest.words import Piece, compared

TEMPLATE = FILE = "compare.html"
MOST_FLIPS = 200


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A case judged otherwise: what customers read before and now, in pieces that differ or not."""

    flip: Flip
    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All changes of one group, the mark of the worst, and whether any figure moved."""

    dimension: Dimension
    name: str
    mark: Mark
    changes: tuple[Change, ...]

    @property
    def moved(self) -> bool:
        """Some figure is another one than before."""
        return any(abs(change.gain) > 1e-9 for change in self.changes)


def write(path: Path, before: RunResult, now: RunResult, comparison: Comparison) -> None:
    """Render the page to `path`."""
    flips = comparison.flips[:MOST_FLIPS]
    written.page(
        path,
        TEMPLATE,
        before=before,
        now=now,
        comparison=comparison,
        groups=_groups(comparison),
        worse=[_sides(flip) for flip in flips if flip.worse],
        better=[_sides(flip) for flip in flips if not flip.worse],
        left=len(comparison.flips) - len(flips),
        edited=sorted(name for name in {*before.versions, *now.versions} if _differs(name, before, now)),
    )


def _differs(article: str, before: RunResult, now: RunResult) -> bool:
    return before.versions.get(article) != now.versions.get(article)


def _groups(comparison: Comparison) -> tuple[Group, ...]:
    found: dict[tuple[Dimension, str], list[Change]] = {}
    for change in comparison.changes:
        found.setdefault((change.now.dimension, change.now.group), []).append(change)
    marks = list(Mark)
    return tuple(
        Group(dimension, name, max((change.mark for change in mine), key=marks.index), tuple(mine))
        for (dimension, name), mine in found.items()
    )


def _sides(flip: Flip) -> SideBySide:
    before, now = compared(flip.before.shown, flip.now.shown)
    return SideBySide(flip, before, now)
