"""Owns making any text storable in both databases. Refuses to judge or mask what it says."""

from __future__ import annotations


def storable(text: str) -> str:
    """`text` without NUL characters (PostgreSQL refuses them) and with lone surrogates replaced by `?`."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
