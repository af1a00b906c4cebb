"""Owns one Markdown article as its author sees it: fields, body, what is wrong and where; and changing it in place.

Refuses to lay a file out anew: a line of the front matter that nobody changed stays byte for byte what it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb_ingest.article import Article, Problem
from kb_ingest.formats import markdown
from kb_ingest.formats.fields import article_from
from kb_ingest.formats.front_matter import BadHead, split
from kb_ingest.formats.raw import Value

BODY = "body"
"""What a problem is said of when it is not about a field."""
_PLAIN = re.compile(r"[A-Za-z0-9][\w ./+-]*")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NAMED = re.compile(r"`(\w+)")
_TOP_LEVEL = re.compile(r"^([A-Za-z_][\w .-]*?)[ \t]*:", re.MULTILINE)
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "null", "~", "on", "off"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, with the `place` in the author's form: a field's name or BODY."""

    place: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A file taken apart. `article` is None where it would be left out of a build."""

    fields: Mapping[str, Value]
    body: str
    article: Article | None
    findings: tuple[Finding, ...]


def read(path: str, text: str) -> Manuscript:
    """The file at `path` (relative to the folder of articles) as it stands."""
    reading = markdown.read(text.encode("utf-8", "replace"), path)
    problems = list(reading.problems)
    article: Article | None = None
    if not reading.articles:
        return Manuscript({}, text, None, tuple(Finding(BODY, problem) for problem in problems))
    raw = reading.articles[0]
    article, more = article_from(raw)
    first = raw.line or 1
    findings = tuple(Finding(_place(problem, raw.field_lines, first), problem) for problem in (*problems, *more))
    return Manuscript(raw.fields, split(text)[1], article, findings)


def rewrite(text: str, changes: Mapping[str, Value], body: str | None = None) -> str:
    """The file with these fields and this body (None: as it is); an empty value takes the field out.

    A head that cannot be read is replaced. Line ends stay what they are.
    """
    ends = "\r\n" if "\r\n" in text else "\n"
    source = text.replace("\r\n", "\n")
    try:
        head, old = split(source)
    except BadHead:
        head, old = split("")[0], source
    top = source[: len(source) - len(old)].strip("\ufeff \n").splitlines()
    blocks = dict(_blocks(top[1:-1]))
    for name, value in changes.items():
        if name not in head.fields or head.fields[name] != value:
            blocks[name] = _block(name, value, blocks.get(name, ()))
    kept = [line for block in blocks.values() for line in block]
    said = old if body is None else body.replace("\r\n", "\n")
    fenced = ["---", *kept, "---"] if kept else []
    return "".join(f"{line}\n" for line in fenced).replace("\n", ends) + said.replace("\n", ends)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each field's lines by its name; what stands before the first (a comment) under no name."""
    name, held = "", list[str]()
    for line in lines:
        key = _TOP_LEVEL.match(line)
        if key:
            if held:
                yield name, tuple(held)
            name, held = key[1], []
        held.append(line)
    if held:
        yield name, tuple(held)


def _block(name: str, value: Value, before: Sequence[str]) -> tuple[str, ...]:
    """The lines of a field; a list stays on one line where it was on one, or is made of plain names."""
    if not value:
        return ()
    if isinstance(value, str):
        return (f"{name}: {_scalar(value)}",)
    on_one_line = len(before) == 1 if before else True
    if on_one_line and all(_ENTRY.fullmatch(each) for each in value):
        return (f"{name}: [{', '.join(value)}]",)
    return (f"{name}:", *(f"  - {_quoted(each)}" for each in value))


def _scalar(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _NOT_TEXT
    address = re.fullmatch(r"https?://[^\s#]+", value)
    return value if plain or address else _quoted(value)


def _quoted(value: str) -> str:
    # A JSON string is a double-quoted YAML scalar.
    return json.dumps(value, ensure_ascii=False)


def _place(problem: Problem, lines: Mapping[str, int], body_line: int) -> str:
    """The field that a problem names, or on whose lines it stands."""
    named = _NAMED.search(problem.message)
    if problem.line is not None and problem.line < body_line:
        if named and (named[1] in lines or problem.line == 1):
            return named[1]
        above = [name for name, line in lines.items() if line <= (problem.line or 0)]
        return max(above, key=lambda name: lines[name], default=BODY)
    return BODY
