"""Owns where the sentences of a message end, line by line. Refuses grammar."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of the text, in order, without the empty ones."""
    return [part.strip() for part in _END.split(text) if part.strip()]
