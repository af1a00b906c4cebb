"""Owns bold, italics, strikethrough and highlights: the marks go, the words stay.

Refuses to touch stars and underscores that mark nothing (`*.docx`, `2 * 3`,
`snake_case`). One pass over the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RUN = re.compile(r"\*+|_+|~~|==")
_LOOK_BACK = 8  # open runs tried for one closing run, so that a hostile text costs no more than its length
_STRAY_BOLD = re.compile(r"\*\*")


@dataclass(slots=True)
class _Run:
    start: int
    mark: str
    opens: bool
    closes: bool
    left: int
    whole: int


def strip_emphasis(text: str) -> str:
    """Text without emphasis marks, by CommonMark's rule of left and right flanking runs."""
    if "*" not in text and "_" not in text and "~~" not in text and "==" not in text:
        return text
    runs = [_run(text, match) for match in _RUN.finditer(text)]
    _match(runs)
    out: list[str] = []
    done = 0
    for run in runs:
        out += [text[done : run.start], run.mark * run.left]
        done = run.start + run.whole
    stripped = "".join(out) + text[done:]
    # Bold written as `** word**` shows its stars when published; nobody means them.
    return _STRAY_BOLD.sub("", stripped) if stripped.count("**") % 2 == 0 else stripped


def _run(text: str, match: re.Match[str]) -> _Run:
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    left = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before))
    right = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after))
    if match[0][0] == "_":
        left, right = (
            left and (not right or _punctuation(before)),
            right and (not left or _punctuation(after)),
        )
    length = len(match[0])
    return _Run(match.start(), match[0][0], left, right, length, length)


def _punctuation(char: str) -> bool:
    return not (char.isalnum() or char.isspace() or ord(char) < 32)


def _match(runs: list[_Run]) -> None:
    waiting: dict[str, list[_Run]] = {"*": [], "_": [], "~": [], "=": []}
    for run in runs:
        openers = waiting[run.mark]
        while run.closes and run.left and (place := _opener(openers, run)) is not None:
            opener = openers[place]
            del openers[place + 1 :]
            taken = min(run.left, opener.left)
            run.left -= taken
            opener.left -= taken
            if not opener.left:
                openers.pop()
        if run.opens and run.left:
            openers.append(run)


def _opener(openers: list[_Run], closer: _Run) -> int | None:
    """Where the opening run of `closer` waits; CommonMark's rule of three keeps `**a*b*c**` apart."""
    for place in range(len(openers) - 1, max(-1, len(openers) - 1 - _LOOK_BACK), -1):
        opener = openers[place]
        both = opener.closes or closer.opens
        if not both or (opener.whole + closer.whole) % 3 or not (opener.whole % 3 or closer.whole % 3):
            return place
    return None
