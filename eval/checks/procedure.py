"""Owns finding the numbered procedures of an article that a span touches.

Refuses the product's own block reader:

an oracle that shares the code under test would share its faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STEP = re.compile(r"(\d{1,3})[.)][ \t]+\S")


def steps_cited(text: str, start: int, end: int) -> tuple[str, ...]:
    """All steps of the numbered lists of which `text[start:end]` holds at least one step's beginning."""
    touched = [steps for steps in procedures(text) if any(start <= at < end for at, _ in steps)]
    return tuple(step for steps in touched for _, step in steps)


def procedures(text: str) -> Iterator[list[tuple[int, str]]]:
    """Numbered lists with at least two steps: position and text of each step, sub-items included."""
    steps: list[tuple[int, str]] = []
    last = 0
    for at, line in _lines(text):
        match = _STEP.match(line)
        if match and int(match[1]) == last + 1 and steps:
            steps.append((at, line))
            last += 1
        elif match:
            yield from _long_enough(steps)
            steps, last = [(at, line)], int(match[1])
        elif steps and (line[:1] in (" ", "\t") or not line.strip()):
            steps[-1] = (steps[-1][0], f"{steps[-1][1]}\n{line}")
        else:
            yield from _long_enough(steps)
            steps, last = [], 0
    yield from _long_enough(steps)


def _long_enough(steps: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    if len(steps) > 1:
        yield steps


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1
