"""Owns an article taken apart for the checks: its sections and the sentences, items and rows in them, read once.

Refuses to judge any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kb_ingest import cuts
from kb_ingest.article import Article
from kb_ingest.units import Unit, UnitKind, units

_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,4}[.)])[ \t]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or what of a list item or table row stands for one."""

    text: str
    kind: UnitKind
    heading: str


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading up to the next; `heading` "" and `level` 0 before the first."""

    heading: str
    level: int
    text: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """An article with its parts."""

    article: Article
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]


def page_of(article: Article) -> Page:
    """The article taken apart."""
    found = list(units(article.text))
    heads = [number for number, unit in enumerate(found) if unit.kind is UnitKind.HEADING]
    first = [(None, found[: heads[0] if heads else len(found)])]
    rest = [(found[at], found[at + 1 : end]) for at, end in pairwise([*heads, len(found)])]
    parts: list[tuple[Unit | None, list[Unit]]] = [*first, *rest]
    sections = tuple(_section(article.text, head, body) for head, body in parts if head or body)
    sentences = tuple(
        sentence for head, body in parts for unit in body for sentence in _sentences(article.text, head, unit)
    )
    return Page(article, sections, sentences)


def _section(text: str, head: Unit | None, body: list[Unit]) -> Section:
    paragraphs = tuple(text[unit.start : unit.end] for unit in body if unit.kind is UnitKind.PARAGRAPH)
    whole = text[body[0].start : body[-1].end] if body else ""
    return Section(head.name if head else "", head.level if head else 0, whole, paragraphs)


def _sentences(text: str, head: Unit | None, unit: Unit) -> Iterator[Sentence]:
    if unit.kind is UnitKind.CODE:
        return
    heading = head.name if head else ""
    for line in cuts.lines(text, (unit.start, unit.end)):
        if unit.kind is UnitKind.ROW:
            yield Sentence(text[slice(*line)].strip(), unit.kind, heading)
            continue
        marker = _MARKER.match(text, *line)
        for start, end in cuts.sentences(text, (marker.end() if marker else line[0], line[1])):
            yield Sentence(text[start:end].strip(), unit.kind, heading)
