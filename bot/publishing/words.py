"""Owns which words of two texts differ as they are written: case, signs and marks count. Refuses to mark them up."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from kb_ingest.words import Piece

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


def _piece(words: list[str], differs: bool) -> list[Piece]:
    text = "".join(words)
    return [Piece(text, differs and bool(text.strip()))] if text else []
