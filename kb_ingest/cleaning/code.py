"""Owns code in an article: finds fences and code spans before anything else reads them as markup.

Refuses to change code, but for one space in what would otherwise look like a tag or a template to a reader
of the cleaned text (`< div>`, `{ { name } }`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from kb_ingest.cleaning.held import Shelf

_FENCE = re.compile(r"(?P<lead>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)$")
_BACKTICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_QUOTE_OR_SPACE = re.compile(r"[ \t>]*")
_LOOKS_LIKE_MARKUP = re.compile(r"(?:(?<=<)(?=/?[a-zA-Z])|(?<=!)(?=\[)|(?<=\[)(?=!)|(?<=\{)(?=[%{#])|(?<=[%}])(?=\}))")


def hold_fences(text: str, shelf: Shelf) -> str:
    """Replace each fenced block by one token line that keeps the indentation of its opening fence."""
    out: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if match is None or (match["mark"][0] == "`" and "`" in match["info"]):
            out.append(line)
            continue
        body = list(_until_closed(lines, match["mark"], len(match["lead"].expandtabs(4))))
        out += ["", match["lead"] + shelf.hold_block("\n".join(body)), ""] if body else [""]
    return "\n".join(out)


def _until_closed(lines: Iterator[str], mark: str, indent: int) -> Iterator[str]:
    closing = re.compile(rf"[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
    for line in lines:
        if closing.match(line):
            return
        lead = _QUOTE_OR_SPACE.match(line)
        width = min(indent, len(lead[0].expandtabs(4)) if lead else 0)
        yield line.expandtabs(4)[width:].rstrip()


def hold_spans(text: str, shelf: Shelf) -> str:
    """Replace each inline code span by a token. Linear: each run of backticks is matched at most once."""
    runs = list(_BACKTICKS.finditer(text))
    places: dict[int, list[int]] = defaultdict(list)
    for number in range(len(runs) - 1, -1, -1):
        places[len(runs[number][0])].append(number)
    out: list[str] = []
    done = number = 0
    while number < len(runs):
        run = runs[number]
        same = places[len(run[0])]
        while same and same[-1] <= number:
            same.pop()
        number += 1
        if not same or text[run.start() - 1 : run.start()] == "\\":
            continue
        close = runs[same[-1]]
        if close.start() - run.end() > 4000 or _BLANK_LINE.search(text, run.end(), close.start()):
            continue
        out += [text[done : run.start()], shelf.hold(defuse(_inner(text[run.end() : close.start()])))]
        done, number = close.end(), same[-1] + 1
    return "".join(out) + text[done:]


def _inner(code: str) -> str:
    code = re.sub(r"[ \t]*\n[ \t>]*", " ", code)
    return code[1:-1] if len(code) > 2 and code[0] == code[-1] == " " else code


def defuse(code: str) -> str:
    """Code in which nothing reads as a tag, an image, a callout or a template."""
    return _LOOKS_LIKE_MARKUP.sub(" ", code)
