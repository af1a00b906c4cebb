"""Owns the finding: what is to be mended in which article, where, why, and how badly. Refuses to look for any, and to
mark its sentences up: they put what is written in a file between backticks, and whoever shows them sets it apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_AS_WRITTEN = re.compile(r"`([^`]+)`")


class FindingKind(StrEnum):
    """The classes of finding, the most harmful to a customer first."""

    CONTRADICTION = "contradiction"
    PINNED_TWICE = "pinned_twice"
    MISSING_VARIANT = "missing_variant"
    DEAD_LINK = "dead_link"
    UNANSWERED_HEADING = "unanswered_heading"
    NOT_USEFUL = "not_useful"
    STALE = "stale"
    NEAR_DUPLICATE = "near_duplicate"
    DUPLICATE_SECTION = "duplicate_section"
    ORPHAN = "orphan"
    HARD_TO_READ = "hard_to_read"
    IMAGE = "image"
    LONG_SENTENCES = "long_sentences"
    WALL_OF_TEXT = "wall_of_text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `article` is its id, "" where the whole base is meant; `other` a second article concerned.

    `line` counts from 1 in the source file, None where it is unknown; `excerpt` is the passage meant, as the cleaned
    text has it; `degree` in (0, 1] says how bad this case is for its class; `score` orders the report.
    """

    kind: FindingKind
    article: str
    source: str
    why: str
    todo: str
    degree: float = 1.0
    excerpt: str = ""
    other: str = ""
    line: int | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a finding's sentence; `as_written`: letter by letter as a file has it, without its backticks."""

    text: str
    as_written: bool


def stretches(sentence: str) -> Iterator[Stretch]:
    """The sentence of a finding in its parts."""
    for at, text in enumerate(_AS_WRITTEN.split(sentence)):
        if text:
            yield Stretch(text, as_written=at % 2 == 1)
