"""Owns one article as one JSON line and back, so that an index can carry its articles without a pickle.

Refuses nothing an `Article` can hold; the same article always gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from kb_ingest.article import Article, Link, Status, Visibility

_LISTS = ("region", "plan", "product", "questions", "unanswered")
_LATER_LISTS = ("pinned_for",)  # not in the generations of before
_PLACES = ("links", "images")
_DATES = ("updated_at", "review_by")


def to_line(article: Article) -> str:
    """Canonical JSON of `article`, no line break inside."""
    record = {field.name: _plain(getattr(article, field.name)) for field in fields(article)}
    return json.dumps(record, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def of_line(line: str | bytes) -> Article:
    """The article `to_line` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    record: dict[str, Any] = json.loads(line)
    for name in _LISTS:
        record[name] = tuple(record[name])
    for name in _LATER_LISTS:
        record[name] = tuple(record.get(name, ()))
    for name in _DATES:
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    record["visibility"] = Visibility(record["visibility"])
    record["status"] = Status(record["status"])
    for name in _PLACES:
        record[name] = tuple(Link(*link) for link in record.get(name, ()))
    return Article(**record)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Link):
        return [value.text, value.target, value.line]
    return dict(value) if isinstance(value, Mapping) else value
