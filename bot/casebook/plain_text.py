"""Owns comparing texts as a reader would: white space, table pipes, quotes and letter case do not count.

Refuses fuzziness.
"""

from __future__ import annotations

import re

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "|": " ", " ": " ", "*": " ", "`": " "})
_MARKER = re.compile(r"(?m)^[^\S\n]*(?:[-*+]|\d{1,4}[.)]|#{1,6})\s+")


def normal(text: str) -> str:
    """The words of the text, lower case, single spaces, without list markers, pipes and emphasis."""
    return " ".join(_MARKER.sub(" ", text).translate(_SAME).lower().split())


def shows(text: str, span: str) -> bool:
    """True when a reader of `text` has read `span`."""
    return normal(span) in normal(text)
