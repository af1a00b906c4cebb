"""Owns where a piece of text that is too long may be cut: nested items, lines, sentences, and as a last
resort halves.

Spans in, spans out, together holding every character that is not white space. Refuses to measure.
"""

from __future__ import annotations

import re

_NESTED = re.compile(r"^[ \t]+(?:[-*+]|\d{1,4}[.)])[ \t]+\S", re.MULTILINE)
_STEP = re.compile(r"[ \t]*\d{1,4}[.)][ \t]")
_LINE = re.compile(r"[^\n]+")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-ÖØ-Þ])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|etc|vs|approx|No|Nos|Fig|Mr|Mrs|Ms|Dr|Inc|Ltd|Co|St)|(?:^|\s)\d{1,2})\.$"
)
_ABBREVIATION_CHARACTERS = 12

Span = tuple[int, int]
"""Start and end character."""


def is_step(text: str, span: Span) -> bool:
    """Whether the span begins with a step's number, at any depth."""
    return _STEP.match(text, *span) is not None


def items(text: str, span: Span) -> list[Span]:
    """The span cut before each nested item, so that each item keeps its own lines."""
    return _cut(text, span, [match.start() for match in _NESTED.finditer(text, *span)])


def lines(text: str, span: Span) -> list[Span]:
    """The lines of the span that are not blank."""
    return [match.span() for match in _LINE.finditer(text, *span) if not match[0].isspace()]


def sentences(text: str, span: Span) -> list[Span]:
    """The sentences of the span, trimmed. In doubt two sentences stay together."""
    ends = _SENTENCE_END.finditer(text, *span)
    return _cut(text, span, [end.end() for end in ends if not _abbreviated(text, span[0], end.start())])


def halves(text: str, span: Span) -> list[Span]:
    """The span cut in two at the white space nearest its middle; without any, in the middle."""
    start, end = span
    middle = (start + end) // 2
    spaces = [match.span() for match in _SPACE.finditer(text, start + 1, end)]
    if not spaces:
        return [(start, middle), (middle, end)]
    before, after = min(spaces, key=lambda space: abs(space[0] - middle))
    return [(start, before), (after, end)]


def _abbreviated(text: str, start: int, end: int) -> bool:
    return _ABBREVIATION.search(text[max(start, end - _ABBREVIATION_CHARACTERS) : end]) is not None


def _cut(text: str, span: Span, places: list[int]) -> list[Span]:
    """The span cut at `places`, each part without the white space at its end."""
    starts = [span[0], *(place for place in places if place > span[0])]
    ends = [*starts[1:], span[1]]
    return [(start, start + len(text[start:end].rstrip())) for start, end in zip(starts, ends, strict=True)]
