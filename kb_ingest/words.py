"""Owns reading text as words without its layout, and finding words in words. Refuses to know articles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

# Numbers keep sign, point and unit; words keep their apostrophe. All other characters are layout or punctuation.
_WORD = re.compile(
    r"(?:(?<![^\s(|])[-−+])?\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%‰€$£¥°]|[<>≤≥=](?=\s*\d)",
)
_MARKER = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,4}[.)])[ \t]+|>[ \t]*)", re.MULTILINE)
_BORDER = re.compile(r"[.!?;:…|\n]")
_SAME = str.maketrans({"’": "'", "−": "-"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word at `start` to `end` of its text; `opens`: a sentence, item, cell or block begins with it."""

    text: str
    start: int
    end: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `differs` when the other text does not have it at this place."""

    text: str
    differs: bool


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    """The words in order: case, white space, emphasis, headings' and items' marks are gone."""
    return tuple(_words(text))


def texts(words: tuple[Word, ...]) -> tuple[str, ...]:
    """What is compared."""
    return tuple(word.text for word in words)


def stands_in(quote: str, text: str) -> bool:
    """Whether the words of `quote` stand in `text`, in order and as whole sentences, items or cells.

    A part of a longer sentence is no match: "It is free" is not what "It is free in the EU only" says.
    """
    wanted, there = texts(words_of(quote)), words_of(text)
    size = len(wanted)
    if not size:
        return True
    said = texts(there)
    return any(
        said[at : at + size] == wanted and there[at].opens and _closes(there, at + size)
        for at in range(len(there) - size + 1)
        if said[at] == wanted[0]
    )


def compared(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into what they share and what differs, word by word."""
    before, after = words_of(old), words_of(new)
    matcher = SequenceMatcher(None, texts(before), texts(after), autojunk=False)
    same = [match for match in matcher.get_matching_blocks() if match.size]
    return (
        _pieces(old, before, [(match.a, match.a + match.size) for match in same]),
        _pieces(new, after, [(match.b, match.b + match.size) for match in same]),
    )


def likeness(old: str, new: str) -> float:
    """0 to 1: how much of both texts is the same words in the same order."""
    return SequenceMatcher(None, texts(words_of(old)), texts(words_of(new)), autojunk=False).ratio()


def _words(text: str) -> Iterator[Word]:
    # Marks are blanked, not cut out: every word keeps its place in the text.
    bare = _MARKER.sub(lambda mark: " " * len(mark[0]), text)
    before = 0
    for found in _WORD.finditer(bare):
        opens = before == 0 or _BORDER.search(text, before, found.start()) is not None
        said = unicodedata.normalize("NFKC", found[0]).translate(_SAME).casefold()
        yield Word(said, found.start(), found.end(), opens)
        before = found.end()


def _closes(words: tuple[Word, ...], end: int) -> bool:
    return end == len(words) or words[end].opens


def _pieces(text: str, words: tuple[Word, ...], same: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text cut at the borders of what differs; white space and marks go with what is shared."""
    kept = {at for start, end in same for at in range(start, end)}
    pieces, done = list[Piece](), 0
    at = 0
    while at < len(words):
        if at in kept:
            at += 1
            continue
        first = at
        while at < len(words) and at not in kept:
            at += 1
        pieces.append(Piece(text[done : words[first].start], differs=False))
        pieces.append(Piece(text[words[first].start : words[at - 1].end], differs=True))
        done = words[at - 1].end
    pieces.append(Piece(text[done:], differs=False))
    return tuple(piece for piece in pieces if piece.text)
