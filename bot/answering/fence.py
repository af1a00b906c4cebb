"""Owns putting untrusted text into a prompt: customer words, passages, ticket text. Refuses to judge what it says.

A fence is not a defence on its own: what a model makes of the text is checked by the proof.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

_INVISIBLE = ("Cf", "Cc", "Co", "Cs")
_CUT = " […]"


class Material(StrEnum):
    """What stands inside a fence."""

    QUESTION = "question"
    SOURCE = "source"


def fence(kind: Material, text: str, limit: int, number: int | None = None) -> str:
    """The text between tags it cannot contain: angle brackets open no tag, invisible characters are gone.

    `limit` is the most characters of the text; `number` is written into the opening tag.
    """
    visible = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE)
    safe = visible.replace("<", "‹")
    safe = safe if len(safe) <= limit else safe[:limit] + _CUT
    attribute = "" if number is None else f' number="{number}"'
    return f"<{kind}{attribute}>\n{safe}\n</{kind}>"
