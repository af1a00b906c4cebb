"""Owns joining what follows each other and belongs together. Refuses to say what does: the caller knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def joined(
    items: Iterable[Item], belongs: Callable[[Item, Item], bool], together: Callable[[Item, Item], Item]
) -> Iterator[Item]:
    """The items in their order; one that `belongs` to what is held is put `together` with it."""
    held: Item | None = None
    for item in items:
        if held is not None and belongs(held, item):
            held = together(held, item)
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held
