"""Owns the removal of what stands between two marks, such as comments; refuses to be slow on marks that
never close.
"""

from __future__ import annotations

from collections.abc import Callable


def drop_between(text: str, opening: str, closing: str, limit: int, keep: Callable[[str], str] | None = None) -> str:
    """Text without what stands between both marks, or with what `keep` makes of it.

    A stretch over several lines and longer than `limit` characters is no tag and stays.
    """
    out: list[str] = []
    done, end = 0, -1
    start = text.find(opening)
    while start >= 0:
        inner = start + len(opening)
        if end < inner:
            end = text.find(closing, inner)
            if end < 0:
                break
        stop = end + len(closing)
        if stop - start > limit and text.find("\n", start, stop) >= 0:
            start = text.find(opening, inner)
            continue
        out += [text[done:start], keep(text[start:stop]) if keep else ""]
        done = stop
        start = text.find(opening, stop)
    return "".join(out) + text[done:]


def strip_comments(text: str) -> str:
    """Text without HTML comments; one that never ends stays."""
    return drop_between(text, "<!--", "-->", limit=len(text))
