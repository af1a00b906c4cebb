"""Owns making any text storable in both databases, and telling one that shows nothing. Refuses to mask it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

# Letters, marks and signs that are drawn as nothing; format and control characters are known by their category.
_DRAWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(code) for code in range(0xFE00, 0xFE10)
)
_NOT_DRAWN = frozenset({"Cc", "Cf"})


def storable(text: str) -> str:
    """`text` without NUL characters (PostgreSQL refuses them) and with lone surrogates replaced by `?`."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def sendable(parameters: Any) -> Any:
    """A statement's parameters, or a list of them, with a sign that no id or key has for each NUL: what somebody asks
    for is looked for and not found, as SQLite has it, instead of being refused by PostgreSQL."""
    if isinstance(parameters, str):
        return parameters.replace("\x00", "\ufffd")
    if isinstance(parameters, Mapping):
        return {name: sendable(value) for name, value in parameters.items()}
    if isinstance(parameters, list | tuple):
        return type(parameters)(sendable(value) for value in parameters)
    return parameters


def blank(text: str) -> bool:
    """Whether a reader would see nothing: no text, white space, or characters that have no shape."""
    return all(
        letter.isspace() or letter in _DRAWN_AS_NOTHING or unicodedata.category(letter) in _NOT_DRAWN for letter in text
    )
