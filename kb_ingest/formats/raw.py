"""Owns what every reader hands on: an article as its file has it, in Markdown, with its fields as text.

Refuses to interpret a field: `article` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb_ingest.article import Problem, ProblemKind, Severity

if TYPE_CHECKING:
    from kb_ingest.cleaning.html_markdown import Page

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawArticle:
    """`body` is Markdown. `source` is the file, relative to the folder read; `line` where the article starts.

    `default_id` and `default_title` stand in where the fields have none. `field_lines`: where a field stands.
    """

    body: str
    source: str
    default_id: str
    default_title: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    field_lines: Mapping[str, int] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that came out of one file."""

    articles: tuple[RawArticle, ...] = ()
    problems: tuple[Problem, ...] = ()


def refused(source: str, kind: ProblemKind, message: str, line: int | None = None) -> Reading:
    """A file, or a line of it, of which nothing was taken in."""
    return Reading(problems=(error(source, kind, message, line),))


def error(source: str, kind: ProblemKind, message: str, line: int | None = None) -> Problem:
    """A problem that left an article out."""
    return Problem(source, line, message, kind, Severity.ERROR)


def warning(source: str, kind: ProblemKind, message: str, line: int | None = None) -> Problem:
    """A problem with an article that is in."""
    return Problem(source, line, message, kind, Severity.WARNING)


def told_of(page: Page, source: str) -> tuple[Problem, ...]:
    """That a page came in without its structure, if it did."""
    message = (
        "the page is broken, too large or nested too deeply: its words are in, without headings, lists and tables; "
        "look how it reads, or save it again"
    )
    return (warning(source, ProblemKind.UNREADABLE, message),) if page.flattened else ()
