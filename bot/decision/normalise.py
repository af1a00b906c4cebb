"""Owns the form of a message that expressions and words are matched on. Refuses to judge what is said."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
MAX_SENTENCES = 8
FEW_WORDS = 3
EDGES = re.compile(r"^[\W_]+|[\W_]+$")
PUNCTUATION = re.compile(r"[^\w\s']+")


def normalise(text: str) -> str:
    """Lower case, one kind of apostrophe, no invisible characters."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'"))


def bare(text: str) -> str:
    """Lower case, without punctuation but apostrophes."""
    return " ".join(PUNCTUATION.sub(" ", EDGES.sub("", normalise(text))).split())


def pieces_of(text: str) -> list[str]:
    """The message and its sentences: a danger buried in a long story must not be averaged away."""
    sentences = [piece.strip() for piece in re.split(r"(?<=[.!?\n])\s+", text) if len(piece.split()) > FEW_WORDS]
    return [text, *sentences[:MAX_SENTENCES]] if len(sentences) > 1 else [text]
