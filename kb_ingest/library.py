"""Owns the way from folders and files to articles and the list of what is wrong with them.

Refuses to stop at a bad file: what is broken becomes a `Problem`, the rest is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kb_ingest.article import Article, Problem, ProblemKind, Severity, Status
from kb_ingest.checks.links import dead_links
from kb_ingest.checks.near_duplicates import near_duplicates
from kb_ingest.formats.fields import article_from
from kb_ingest.formats.files import SourceFile, files_of
from kb_ingest.formats.raw import Reading, error, warning
from kb_ingest.formats.read import read as read_file
from kb_ingest.formats.sandbox import Sandbox

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


class NoSource(Exception):
    """A folder or file that was named is not there: without it, its articles would seem to be gone."""


@dataclass(frozen=True, slots=True)
class Library:
    """All articles of the sources, whatever their status, and the problems found."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Shelf:
    articles: dict[str, Article] = field(default_factory=dict)
    lines: dict[str, Mapping[str, int | None]] = field(default_factory=dict)
    """Article id → its fields' lines, and under "" where its text begins."""
    problems: list[Problem] = field(default_factory=list)

    def take(self, reading: Reading) -> None:
        self.problems += reading.problems
        for raw in reading.articles:
            article, problems = article_from(raw)
            self.problems += problems
            if article is not None:
                self.add(article, {"": raw.line, **raw.field_lines})

    def add(self, article: Article, lines: Mapping[str, int | None]) -> None:
        first = self.articles.setdefault(article.id, article)
        if first is article:
            self.lines[article.id] = lines
        else:
            line = self.line(first, "id")
            where = first.source if line is None else f"{first.source}:{line}"
            message = f"the id `{article.id}` is taken by {where}: give this article its own"
            self.problems.append(error(article.source, ProblemKind.DUPLICATE_ID, message, _line(lines, "id")))

    def line(self, article: Article, name: str) -> int | None:
        """Where the article has the field of that name."""
        return _line(self.lines[article.id], name)


def _line(lines: Mapping[str, int | None], name: str) -> int | None:
    return lines.get(name, lines.get(""))


def read(sources: Sequence[Path], today: date, progress: Progress | None = None) -> Library:
    """Read every file of `sources` (folders or files). Never raises for a bad file; NoSource for one not there."""
    for source in sources:
        if not source.exists():
            raise NoSource(f"There is no file or folder {source}.")
    files: list[SourceFile] = [file for source in sources for file in files_of(source)]
    shelf = _Shelf()
    with Sandbox() as sandbox:
        for done, file in enumerate(files, 1):
            shelf.take(read_file(file, sandbox))
            if progress is not None:
                progress(done, len(files))
    articles = tuple(shelf.articles.values())
    problems = [
        *shelf.problems,
        *_overdue(shelf, today),
        *dead_links(articles),
        *near_duplicates(articles, lambda article: shelf.line(article, "title")),
    ]
    return Library(articles, tuple(_as_unknown_source(sources, problems)))


def articles_of(folder: Path, known: Mapping[str, Article]) -> Library:
    """The articles of a folder whose files of these names are known and not read; with the problems of the others, and
    not with what one article is to another."""
    shelf = _Shelf()
    with Sandbox() as sandbox:
        for file in files_of(folder):
            if file.name in known:
                shelf.add(known[file.name], {})
            else:
                shelf.take(read_file(file, sandbox))
    return Library(tuple(shelf.articles.values()), tuple(shelf.problems))


def _overdue(shelf: _Shelf, today: date) -> list[Problem]:
    return [
        warning(
            article.source,
            ProblemKind.REVIEW_OVERDUE,
            f"was to be reviewed by {article.review_by}: review it",
            shelf.line(article, "review_by"),
        )
        for article in shelf.articles.values()
        if article.review_by is not None and article.review_by < today and article.status is Status.PUBLISHED
    ]


def _as_unknown_source(sources: Sequence[Path], problems: Sequence[Problem]) -> list[Problem]:
    """A file somebody named is expected in: of an unknown format it is an error, in a folder it is a
    warning.
    """
    named = {source.name for source in sources if not source.is_dir()}
    return [
        error(problem.file, problem.kind, problem.message)
        if problem.kind is ProblemKind.UNKNOWN_FORMAT and problem.severity is Severity.WARNING and problem.file in named
        else problem
        for problem in problems
    ]
