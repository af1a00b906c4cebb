"""Owns what is kept of an image: the words that stand for it. Refuses to keep names of files, and to fetch anything."""

from __future__ import annotations

import re

ALONE = re.compile(r"(?:\[?!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])(?:\]\([^()]*\))?\s*)+")
"""Markdown of images and nothing else."""
_MARKS = re.compile(r"[\[\]|!\s]+")
_NOT_IN_A_TARGET = re.compile(r"[\s<>()\\]+")
_LONGEST_TARGET = 300
_NO_WORDS = re.compile(r"(?:image|img|picture|photo|screenshot|icon|logo)?[\s\d_-]*|\S+\.[a-z]{3,4}", re.IGNORECASE)


def words_of(alternative: str) -> str:
    """The alternative text of an image; "" where it says nothing."""
    text = " ".join(alternative.split())
    return "" if _NO_WORDS.fullmatch(text) else text


def as_markdown(alternative: str, target: str) -> str:
    """An `<img>` in Markdown, on one line and whole inside a table's cell."""
    return f"![{_MARKS.sub(' ', alternative).strip()}]({_NOT_IN_A_TARGET.sub('', target)[:_LONGEST_TARGET]})"
