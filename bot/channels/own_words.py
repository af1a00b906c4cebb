"""Owns taking a customer's own sentences out of what goes to an unproven address. Refuses to touch short repeats."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST_RUN = 24
"""Letters in a row: an order number or a name may be repeated, a sentence may not."""
LEFT_OUT = "[…]"


def without_words_of(said: Iterable[str], text: str) -> str:
    """`text` without every stretch of SHORTEST_RUN letters or more that stands in one of `said`.

    Spaces and case are not looked at: neither makes another message of it.
    """
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    theirs = {run for each in said for run in _runs(_letters(each))}
    found = [at for at, run in enumerate(_runs(_letters(text))) if run in theirs]
    return _cut(text, [(places[at], places[at + SHORTEST_RUN - 1] + 1) for at in found])


def _letters(text: str) -> str:
    """One for each that is no space, in lower case where that is one letter as well."""
    lowered = ((letter, letter.lower()) for letter in text if not letter.isspace())
    return "".join(lower if len(lower) == 1 else letter for letter, lower in lowered)


def _runs(letters: str) -> list[str]:
    return [letters[at : at + SHORTEST_RUN] for at in range(len(letters) - SHORTEST_RUN + 1)]


def _cut(text: str, stretches: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    kept = 0
    for start, end in stretches:
        if start > kept or not pieces:
            pieces += (text[kept:start], LEFT_OUT)
        kept = end
    return "".join((*pieces, text[kept:]))
