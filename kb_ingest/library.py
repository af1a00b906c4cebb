"""Owns the way from a folder or file to articles and the list of what is wrong with them.

Refuses to stop at a bad file: what is broken becomes a `Problem`, the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from kb_ingest.article import Article, Problem, ProblemKind, Severity, Status, Visibility

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True, slots=True)
class Library:
    """All articles of the sources, whatever their status, and the problems found."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def read(sources: Sequence[Path], today: date, progress: Progress | None = None) -> Library:
    """Read every file of `sources` (folders or files). Never raises for a bad file."""
    files = [(root, path) for root in sources for path in _files(root)]
    articles: list[Article] = []
    problems: list[Problem] = []
    for done, (root, path) in enumerate(files, 1):
        name = str(path.relative_to(root if root.is_dir() else root.parent))
        try:
            articles.append(_article(path.read_text(encoding="utf-8"), name))
        except (OSError, ValueError, yaml.YAMLError) as error:
            problems.append(Problem(name, None, str(error), ProblemKind.UNREADABLE, Severity.ERROR))
        if progress is not None:
            progress(done, len(files))
    return Library(tuple(articles), tuple(problems))


def _files(root: Path) -> list[Path]:
    return sorted(root.rglob("*.md")) if root.is_dir() else [root]


def _article(raw: str, name: str) -> Article:
    match = re.match(r"---\n(.*?)\n---\n(.*)", raw, re.DOTALL)
    fields: Mapping[str, object] = yaml.safe_load(match[1]) if match else {}
    body = match[2] if match else raw
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body).replace("**", "").replace("`", "").strip()
    return Article(
        id=str(fields.get("id", name)), title=str(fields.get("title", "")), text=text,
        visibility=Visibility(fields.get("visibility", "public")), status=Status(fields.get("status", "published")),
        area=str(fields.get("area", "")), region=_names(fields, "region"), plan=_names(fields, "plan"),
        product=_names(fields, "product"), source=name,
    )  # fmt: skip


def _names(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
