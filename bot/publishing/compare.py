"""Owns two texts side by side: what stayed folded away, and in changed lines the words that differ. Refuses to find the
words itself: words.py does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.publishing.words import compared
from kb_ingest.words import Piece

AROUND = 2
"""Unchanged lines shown before and after a change."""
MOST_WORDS = 4_000
"""Of one changed stretch: beyond, all of it counts as changed, for the comparison takes the square."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of both texts; `skipped` unchanged lines are not shown before it. Without a change both sides are alike."""

    skipped: int
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    changed: bool


def compare(old: str, new: str) -> tuple[Stretch, ...]:
    """The stretches in order; empty when nothing differs."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND)
    return tuple(_stretches(before, after, list(groups)))


def _stretches(
    before: list[str], after: list[str], groups: list[list[tuple[str, int, int, int, int]]]
) -> Iterator[Stretch]:
    done = 0
    for group in groups:
        for kind, a, b, c, d in group:
            skipped, done = a - done, b
            if kind == "equal":
                same = (Piece("".join(before[a:b]), differs=False),)
                yield Stretch(skipped, same, same, changed=False)
            else:
                yield Stretch(skipped, *_words("".join(before[a:b]), "".join(after[c:d])), changed=True)


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if len(old.split()) + len(new.split()) > MOST_WORDS:
        return tuple(Piece(text, differs=True) for text in (old,)), (Piece(new, differs=True),)
    return compared(old, new)
