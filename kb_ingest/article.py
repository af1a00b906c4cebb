"""Owns the article: its typed fields, its version, and what can be wrong with one.

Refuses to read files or to clean text: a `formats` reader makes the fields, `cleaning` makes the text,
and `library` puts both together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Visibility(StrEnum):
    """Who may see an article at all."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Status(StrEnum):
    """Whether an article may answer: only published ones do."""

    PUBLISHED = "published"
    DRAFT = "draft"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image, of which the text has the words. `line` counts from 1 in the source file, 0 where unknown."""

    text: str
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is the cleaned text: every span in the product counts characters of it.

    `questions`: how customers ask for what it says; `unanswered`: what they ask on its subject and nothing says (yet).
    Both are compared with what is asked, never shown. `pinned_for`: those of the `questions` that it is the answer to,
    whatever else is found.
    """

    id: str
    title: str
    text: str
    visibility: Visibility = Visibility.PUBLIC
    status: Status = Status.PUBLISHED
    area: str = ""
    region: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    audience: str = ""
    locale: str = "en"
    owner: str = ""
    url: str | None = None
    updated_at: date | None = None
    review_by: date | None = None
    specific_extra: str | None = None
    questions: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    pinned_for: tuple[str, ...] = ()
    replaces: str | None = None
    links: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: str = ""

    @property
    def version(self) -> str:
        """12 hex characters of SHA-256 over all that affects what a reader sees or who sees it."""
        seen = [
            self.id, self.title, self.text, self.visibility, self.status, self.area, self.region, self.plan,
            self.product, self.audience, self.locale, self.url, str(self.updated_at), self.specific_extra,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()[:12]


class ProblemKind(StrEnum):
    """What can be wrong with a source file or an article."""

    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    DUPLICATE_ID = "duplicate_id"
    NEAR_DUPLICATE = "near_duplicate"
    DEAD_LINK = "dead_link"
    IMAGE = "image"
    REVIEW_OVERDUE = "review_overdue"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    UNKNOWN_FORMAT = "unknown_format"
    INVISIBLE_CHARACTERS = "invisible_characters"
    EMPTY = "empty"


class Severity(StrEnum):
    """ERROR: the article was left out. WARNING: it is in, and somebody should look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one file. `message` says what to do; `line` counts from 1, None: the whole
    file.
    """

    file: str
    line: int | None
    message: str
    kind: ProblemKind
    severity: Severity

    @property
    def told(self) -> str:
        """One line, as every command prints it."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{self.severity.value}  {where}  {self.message}"
