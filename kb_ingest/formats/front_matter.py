"""Owns the YAML head of a Markdown file. Every value stays text, so that no tag, date or number is
interpreted.

Refuses aliases, deep nesting and large heads: a YAML bomb is one bad file. A head that is no YAML, as many
help
centres have it, is read line by line; one that never ends, with a value that does not, or whose `visibility` would be
lost, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from kb_ingest.formats import held_back
from kb_ingest.formats.raw import Value

_HEAD_LIMIT = 65_536
_DEPTH_LIMIT = 12
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_START = re.compile(r"\ufeff?\s{0,20}---[ \t]*\r?\n")
_KEY = re.compile(r"^([A-Za-z_][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*))?\r?$", re.MULTILINE)
_ENDS = {"[": "]", "{": "}", '"': '"', "'": "'"}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class BadHead(ValueError):
    """The head cannot be trusted; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """Fields as text, the lines they stand on (from 1), the line the body starts on, and a note on bad
    YAML.
    """

    fields: Mapping[str, Value]
    lines: Mapping[str, int]
    body_line: int = 1
    note: str = ""


def split(text: str) -> tuple[Head, str]:
    """(head, body) of a Markdown file; an empty head where it has none. Raises BadHead."""
    start = _START.match(text)
    if start is None:
        return _no_head(text)
    end = _FENCE.search(text, start.end(), start.end() + _HEAD_LIMIT)
    if end is None:
        if _KEY.match(text, start.end()):
            raise BadHead("the front matter does not end: put a line `---` after it, within 64 KB")
        return _no_head(text)
    source = text[start.end() : end.start()]
    if source.strip() and not _KEY.search(source):
        return _no_head(text)  # a rule above and below some words, not a head
    if twice := held_back.doubled(source):
        raise BadHead(f"`{twice}` stands in the front matter twice: keep the one that is meant")
    first = text.count("\n", 0, start.end()) + 1
    lines = {key[1]: first + source.count("\n", 0, key.start()) for key in _KEY.finditer(source)}
    fields, note = _fields(source)
    return Head(fields, lines, text.count("\n", 0, end.end()) + 2, note), text[end.end() :].removeprefix("\n")


def _no_head(text: str) -> tuple[Head, str]:
    if line := held_back.stray(text):
        raise BadHead(f"`{line[:60]}` is in no front matter: put `---` in the first line and after the fields")
    return Head({}, {}), text


def _fields(source: str) -> tuple[Mapping[str, Value], str]:
    try:
        _refuse_bombs(source)
        loaded = yaml.load(source, Loader=yaml.CBaseLoader)  # noqa: S506  BaseLoader: text only, no objects
    except yaml.YAMLError as problem:
        line = getattr(getattr(problem, "problem_mark", None), "line", 0) + 2
        return (
            _line_by_line(source),
            f"the front matter is not valid YAML near line {line}: quote values that hold a colon",
        )
    if not isinstance(loaded, dict):
        return _line_by_line(source), "the front matter is not a list of `key: value` lines"
    if name := held_back.nested(loaded):
        raise BadHead(f"`{name}` stands below another field: write it at the beginning of its line")
    return {str(key): _value(value) for key, value in loaded.items()}, ""


def _refuse_bombs(source: str) -> None:
    depth = 0
    for event in yaml.parse(source, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise BadHead("the front matter uses YAML aliases (`*name`): write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH_LIMIT:
            raise BadHead("the front matter is nested too deeply: keep it to plain values and lists")


def _value(value: object) -> Value:
    if isinstance(value, list):
        return tuple(text for item in value if (text := _scalar(item)))
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_scalar(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_scalar(item) for item in value)
    text = str(value)
    return "" if text in _NOTHING else text


def _line_by_line(source: str) -> Mapping[str, Value]:
    fields: dict[str, Value] = {}
    for key in _KEY.finditer(source):
        value = (key[2] or "").strip()
        if value[:1] in _ENDS and _ENDS[value[0]] not in value[1:]:
            raise BadHead(f"`{key[0].strip()[:60]}` has no end: close what `{value[0]}` opens, or put all in quotes")
        if value.startswith("[") and value.endswith("]"):
            fields[key[1]] = tuple(item.strip(" \"'") for item in value[1:-1].split(",") if item.strip())
        else:
            fields[key[1]] = _scalar(value.strip("\"'"))
    if line := held_back.lost(source, fields):
        raise BadHead(f"`{line.strip()[:60]}` cannot be read: write `name: value` at the beginning of the line")
    return fields
