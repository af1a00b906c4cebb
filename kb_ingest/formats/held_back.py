"""Owns what keeps an article from customers (`visibility`, `status`, `draft`, `published`) and the watch over typing
errors in it.

Refuses a head in which one of them is written so that it is not read: an internal article would be public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice

from kb_ingest.article import Status, Visibility
from kb_ingest.formats.raw import Value

VISIBILITIES: Mapping[str, Visibility] = {
    "public": Visibility.PUBLIC, "external": Visibility.PUBLIC, "everyone": Visibility.PUBLIC,
    "internal": Visibility.INTERNAL, "private": Visibility.INTERNAL, "staff": Visibility.INTERNAL,
    "agents": Visibility.INTERNAL,
}  # fmt: skip
STATUSES: Mapping[str, Status] = {
    "published": Status.PUBLISHED, "live": Status.PUBLISHED, "active": Status.PUBLISHED,
    "current": Status.PUBLISHED,
    "draft": Status.DRAFT, "unpublished": Status.DRAFT, "archived": Status.ARCHIVED,
    "deprecated": Status.ARCHIVED,
    "retired": Status.ARCHIVED, "obsolete": Status.ARCHIVED,
}  # fmt: skip
TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_HOLDS: Mapping[str, frozenset[str]] = {
    "visibility": frozenset(word for word, means in VISIBILITIES.items() if means is Visibility.INTERNAL),
    "status": frozenset(word for word, means in STATUSES.items() if means is not Status.PUBLISHED),
    "draft": TRUE,
    "published": FALSE,
}
"""The values of each field that keep an article from customers."""
_ALIKE = 0.8
_ENTRY = re.compile(r"""^[\s"'*+-]*([A-Za-z_]+)["']?[ \t]*[:=][ \t]*["'\[]*([\w-]*)""")
"""A field as somebody may have meant it, whatever stands around its name."""
_AROUND = re.compile(r"^(?:#.*|[-+.=*]{3,}|[ \t\ufeff]*)$")
"""What may stand above a head that is none: a heading, a rule, an empty line."""
_FIRST = 40


def lost(source: str, fields: Mapping[str, Value]) -> str:
    """The line of a head, read line by line as it is no YAML, that holds the article back and was not understood."""
    known = {name.lower() for name in fields}
    return next((line for line, name, value in _entries(source) if name not in known and _holds(name, value)), "")


def nested(loaded: Mapping[object, object]) -> str:
    """The field that holds the article back below another field, where nobody reads it."""
    below = (entry for value in loaded.values() if isinstance(value, dict) for entry in value.items())
    return next((str(name) for name, value in below if _holds(str(name).lower(), str(value).lower())), "")


def doubled(source: str) -> str:
    """The field that stands in the head twice, with one value that holds the article back."""
    values: dict[str, list[str]] = {}
    for line, name, value in _entries(source):
        if line[:1].isalpha():
            values.setdefault(name, []).append(value)
    return next((name for name in _HOLDS if len(given := values.get(name, [])) > 1 and {*given} & _HOLDS[name]), "")


def stray(text: str) -> str:
    """The line that holds the article back in what looks like a head and is none, before the first words."""
    for line in islice(text.splitlines(), _FIRST):
        entry = _ENTRY.match(line)
        if entry is None and not _AROUND.match(line):
            return ""
        if entry is not None and _holds(entry[1].lower(), entry[2].lower()):
            return line.strip()
    return ""


def misspelt(fields: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """(name as written, name meant) of the fields that would hold the article back under their right names."""
    for name, value in fields.items():
        given = (value if isinstance(value, str) else ", ".join(value)).strip().lower()
        if name not in _HOLDS and (meant := _meant(name.lower())) and given in _HOLDS[meant]:
            yield name, meant


def _entries(source: str) -> Iterator[tuple[str, str, str]]:
    for line in source.splitlines():
        if entry := _ENTRY.match(line):
            yield line, entry[1].lower(), entry[2].lower()


def _holds(name: str, value: str) -> bool:
    meant = _meant(name)
    return bool(meant) and value in _HOLDS[meant]


def _meant(name: str) -> str:
    return next((field for field in _HOLDS if name == field or _alike(name, field)), "")


def _alike(name: str, field: str) -> bool:
    return abs(len(name) - len(field)) < len(field) / 2 and SequenceMatcher(None, name, field).ratio() >= _ALIKE
