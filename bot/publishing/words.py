"""Owns which words of two texts differ. Refuses to mark them up: terminal and page each have their own way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one text; `differs`: the other text does not have it there."""

    text: str
    differs: bool


def compared(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, that put together are the texts."""
    before, now = _WORD.findall(old), _WORD.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        left += _piece(before[a:b], kind != "equal")
        right += _piece(now[c:d], kind != "equal")
    return tuple(left), tuple(right)


def _piece(words: list[str], differs: bool) -> list[Piece]:
    text = "".join(words)
    return [Piece(text, differs and bool(text.strip()))] if text else []
