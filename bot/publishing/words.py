"""Owns which words of two texts differ as they are written: case, signs and marks count. Refuses to mark them up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from kb_ingest.words import Piece

AROUND = 8
"""Words shown on each side of a difference."""
_WORD = re.compile(r"\S+|\s+")


def compared(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, that put together are the texts."""
    before, now = _WORD.findall(old), _WORD.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        left += _piece(before[a:b], kind != "equal")
        right += _piece(now[c:d], kind != "equal")
    return tuple(left), tuple(right)


def shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with what is far from a difference left out."""
    for at, piece in enumerate(pieces):
        words = _WORD.findall(piece.text)
        first = 2 * AROUND if at else 0  # a word and the space behind it
        last = 2 * AROUND if at < len(pieces) - 1 else 0
        if piece.differs or len(words) <= first + last + 2:
            yield piece
        else:
            shown = ["".join(words[:first]).rstrip(), "…", "".join(words[len(words) - last :]).lstrip()]
            yield Piece(" ".join(filter(None, shown)), differs=False)


def _piece(words: list[str], differs: bool) -> list[Piece]:
    text = "".join(words)
    return [Piece(text, differs and bool(text.strip()))] if text else []
