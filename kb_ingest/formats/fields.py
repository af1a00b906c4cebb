"""Owns what the fields of a file mean: raw article → article, with a problem for each value that is wrong.

Refuses an article whose visibility or status cannot be read: guessing could show an internal one to
customers.
Fields it does not know are kept as metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from kb_ingest.article import Article, Link, Problem, ProblemKind, Status, Visibility
from kb_ingest.checks.images import unshown
from kb_ingest.checks.links import unfollowed
from kb_ingest.cleaning.text import Cleaned, clean, plain_line
from kb_ingest.formats.held_back import FALSE, STATUSES, TRUE, VISIBILITIES, misspelt
from kb_ingest.formats.raw import RawArticle, Value, error, warning

_OURS = ("updated_at", "review_by", "owner")  # what an article written for this product should have
_MARKS_OURS = frozenset({"visibility", "review_by", "specific_extra", "replaces"})
_TEXTS = frozenset({
    "id", "title", "visibility", "status", "area", "region", "plan", "product", "audience", "locale",
    "owner", "url",
    "updated_at", "review_by", "specific_extra", "replaces", "draft", "published", "questions", "unanswered",
    "pinned_for",
})  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].{0,40})?$|(\d{1,2})/(\d{1,2})/(\d{4})$")
_ID_LIMIT, _TITLE_LIMIT = 300, 500
_QUESTIONS_LIMIT, _QUESTION_LIMIT = 100, 500
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(slots=True)
class _Fields:
    """Reads the fields of one raw article and collects what is wrong with them."""

    raw: RawArticle
    problems: list[Problem] = field(default_factory=list)
    refused: bool = False

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.fields.get(name, "")
        shown = ", ".join(value) if isinstance(value, tuple) else value
        return shown.strip() or default

    def names(self, name: str) -> tuple[str, ...]:
        value: Value = self.raw.fields.get(name, ())
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(part.strip().lower() for part in parts if part.strip())

    def lines(self, name: str) -> tuple[str, ...]:
        """Sentences as they are written: a list, or one text with a sentence a line; no sentence twice."""
        value: Value = self.raw.fields.get(name, ())
        parts = value.splitlines() if isinstance(value, str) else value
        found = dict.fromkeys(line[:_QUESTION_LIMIT] for part in parts if (line := plain_line(part)))
        return tuple(found)[:_QUESTIONS_LIMIT]

    def choice(self, name: str, choices: Mapping[str, _Choice], default: _Choice) -> _Choice:
        given = self.text(name).lower()
        if given and given not in choices:
            self.refused = True
            allowed = ", ".join(dict.fromkeys(choices.values()))
            message = f"`{name}: {given[:60]}` is none of {allowed}: the article is left out until it is"
            self.problems.append(error(self.raw.source, ProblemKind.BAD_VALUE, message, self.line(name)))
        return choices.get(given, default)

    def day(self, name: str) -> date | None:
        given = self.text(name)
        if not given:
            return None
        match = _DAY.match(given)
        try:
            if match and match[1]:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
        message = f"`{name}: {given[:60]}` is no date: write it as 2026-08-14"
        self.problems.append(warning(self.raw.source, ProblemKind.BAD_VALUE, message, self.line(name)))
        return None

    def line(self, name: str) -> int | None:
        return self.raw.field_lines.get(name, self.raw.line if not self.raw.field_lines else None)

    def status(self) -> Status:
        if self.text("draft").lower() in TRUE or self.text("published").lower() in FALSE:
            return Status.DRAFT
        return self.choice("status", STATUSES, Status.PUBLISHED)


def article_from(raw: RawArticle) -> tuple[Article | None, list[Problem]]:
    """The article with its cleaned text, or None where it has to be left out, and its problems."""
    fields = _Fields(raw)
    title = plain_line(fields.text("title", raw.default_title))[:_TITLE_LIMIT]
    cleaned = clean(raw.body, title)
    _check_presence(fields)
    _check_spelling(fields)
    article = _article(fields, title or cleaned.heading[:_TITLE_LIMIT], cleaned)
    if not article.text:
        fields.refused = True
        fields.problems.append(_without_text(fields))
    if cleaned.hidden:
        message = f"{cleaned.hidden} invisible characters were removed: look for hidden text"
        fields.problems.append(warning(raw.source, ProblemKind.INVISIBLE_CHARACTERS, message, raw.line))
    fields.problems += unfollowed(article)
    for found in unshown(article):
        fields.problems.append(warning(raw.source, ProblemKind.IMAGE, f"{found.why}: {found.todo}", found.line))
    return None if fields.refused else article, fields.problems


def _article(fields: _Fields, title: str, cleaned: Cleaned) -> Article:
    raw = fields.raw
    pinned = fields.lines("pinned_for")
    return Article(
        id=fields.text("id", raw.default_id)[:_ID_LIMIT], title=title or _stand_in(raw, cleaned),
        text=cleaned.text,
        visibility=fields.choice("visibility", VISIBILITIES, Visibility.PUBLIC), status=fields.status(),
        area=fields.text("area"), region=fields.names("region"), plan=fields.names("plan"),
        product=fields.names("product"), audience=fields.text("audience"), locale=fields.text("locale", "en"),
        owner=fields.text("owner"), url=fields.text("url") or None, updated_at=fields.day("updated_at"),
        review_by=fields.day("review_by"), specific_extra=plain_line(fields.text("specific_extra")) or None,
        replaces=fields.text("replaces") or None,
        questions=tuple(dict.fromkeys((*pinned, *fields.lines("questions")))), unanswered=fields.lines("unanswered"),
        pinned_for=pinned,
        links=_placed(cleaned.links, raw), images=_placed(cleaned.images, raw),
        metadata=_metadata(fields, cleaned),
        source=raw.source,
    )  # fmt: skip


def _stand_in(raw: RawArticle, cleaned: Cleaned) -> str:
    """A title for an article without one; a line of an export may go without."""
    if "title" in raw.fields or raw.source != raw.default_id:
        return ""
    first = re.search(r"^#{2,6} (.+)$", cleaned.text, re.MULTILINE)
    name = raw.source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return first[1][:_TITLE_LIMIT] if first else name.replace("-", " ").replace("_", " ").strip().capitalize()


def _metadata(fields: _Fields, cleaned: Cleaned) -> Mapping[str, str]:
    kept = {name: fields.text(name) for name in fields.raw.fields if name not in _TEXTS}
    return {**kept, "heading": cleaned.heading} if cleaned.heading else kept


def _check_presence(fields: _Fields) -> None:
    if not _MARKS_OURS & fields.raw.fields.keys() or not fields.raw.field_lines:
        return
    for name in _OURS:
        if not fields.text(name):
            message = f"the front matter has no `{name}`: add it"
            fields.problems.append(warning(fields.raw.source, ProblemKind.MISSING_FIELD, message, 1))


def _check_spelling(fields: _Fields) -> None:
    for name, meant in misspelt(fields.raw.fields):
        fields.refused = True
        message = f"`{name}` is no field: write `{meant}`; the article is left out until it is"
        fields.problems.append(error(fields.raw.source, ProblemKind.BAD_VALUE, message, fields.line(name)))


def _without_text(fields: _Fields) -> Problem:
    source = fields.raw.source
    if any(name.startswith("redirect") for name in fields.raw.fields):
        return warning(source, ProblemKind.EMPTY, "a redirect page without text: nothing to take in", fields.raw.line)
    return error(source, ProblemKind.EMPTY, "the article has no text: write it or remove it", fields.raw.line)


def _placed(links: tuple[Link, ...], raw: RawArticle) -> tuple[Link, ...]:
    """Links with the line they stand on, found by their target from the last one on."""
    first = raw.line if raw.field_lines or raw.source == raw.default_id else None
    if first is None:
        return links
    placed: list[Link] = []
    place = line = 0
    for link in links:
        found = raw.body.find(link.target, place)
        if found >= 0:
            line += raw.body.count("\n", place, found)
            place = found
        placed.append(replace(link, line=first + line) if found >= 0 else link)
    return tuple(placed)
