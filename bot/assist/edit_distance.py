"""Owns the Levenshtein distance between a suggestion and what was sent. Refuses any other similarity."""

from __future__ import annotations

from collections import defaultdict


def edit_distance(a: str, b: str) -> int:
    """Fewest inserted, deleted or replaced characters that turn `a` into `b`.

    Myers' bit-parallel algorithm: one step per character of `b` on integers of `len(a)` bits, so that two
    texts of 4,000 characters take milliseconds, where the table takes seconds.
    """
    if not a:
        return len(b)
    places: defaultdict[str, int] = defaultdict(int)
    for position, character in enumerate(a):
        places[character] |= 1 << position
    every = (1 << len(a)) - 1
    last = 1 << (len(a) - 1)
    rises, falls, distance = every, 0, len(a)
    for character in b:
        equal = places.get(character, 0)
        diagonal = ((((equal & rises) + rises) ^ rises) | equal | falls) & every
        up = falls | (~(diagonal | rises) & every)
        down = rises & diagonal
        distance += bool(up & last) - bool(down & last)
        up = ((up << 1) | 1) & every
        down = (down << 1) & every
        rises = down | (~(diagonal | up) & every)
        falls = up & diagonal
    return distance
