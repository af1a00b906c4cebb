"""Owns how many articles may go out of service in one step before somebody has to say that it is meant.

Refuses to know why they go: a mistyped source and a cleared-out base look the same from here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

FEW = 4
"""So many may always go: a base that is just being written changes as a whole."""
LARGEST_SHARE = 0.5
_NAMED = 3


class TakesMuchAway(Exception):
    """Too much would go out of service for a slip; nothing was changed."""


def refuse_unmeant(step: str, before: Collection[str], gone: Sequence[str]) -> None:
    """Raises TakesMuchAway when more than a few articles, and more than half of those `before`, are `gone`."""
    if len(gone) <= max(FEW, LARGEST_SHARE * len(before)):
        return
    named = ", ".join(gone[:_NAMED]) + (", …" if len(gone) > _NAMED else "")
    raise TakesMuchAway(
        f"{step} would take {len(gone)} of the {len(before)} articles in service away ({named}). Nothing was changed. "
        "Look whether source and index are the right ones; if it is meant, do it with "
        f"`python -m kb_ingest {step} … --yes`."
    )
