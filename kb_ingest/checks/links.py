"""Owns dead links between articles: relative links and bare ids. Refuses to fetch anything from outside."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from kb_ingest.article import Article, Link, Problem, ProblemKind, Severity

_OUTSIDE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#|\?|$)")
_PAGE_ENDINGS = frozenset({".md", ".markdown", ".mdx", ".html", ".htm"})
_BARE_ID = re.compile(r"(?:\.{1,2}/)*[A-Za-z0-9][\w-]*(?:/[\w-]+)*/?$")


def dead_links(articles: Sequence[Article]) -> list[Problem]:
    """A warning per link that names no article of the library."""
    known = _Known(articles)
    return [
        Problem(
            article.source, link.line or None,
            f"no article at the link `{link.target}`: correct or remove it",
            ProblemKind.DEAD_LINK, Severity.WARNING,
        )
        for article in articles for link in article.links if known.is_dead(article, link)
    ]  # fmt: skip


class _Known:
    """All names by which an article of the library can be linked."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.ids = {article.id for article in articles}
        self.paths = {_without_ending(article.source) for article in articles}
        self.names = {PurePosixPath(path).name for path in self.paths} | self.ids

    def is_dead(self, article: Article, link: Link) -> bool:
        if _OUTSIDE.match(link.target):
            return False
        target = unquote(re.split(r"[#?]", link.target, maxsplit=1)[0]).strip()
        page = PurePosixPath(target).suffix.lower() in _PAGE_ENDINGS
        if not page and not _BARE_ID.match(target):
            return False  # a picture, an archive or a text in brackets: not ours to judge
        path = _without_ending(posixpath.normpath(posixpath.join(posixpath.dirname(article.source), target)))
        name = PurePosixPath(_without_ending(target)).name
        return not (target in self.ids or path in self.paths or name in self.ids or (not page and name in self.names))


def _without_ending(path: str) -> str:
    suffix = PurePosixPath(path).suffix
    return path[: -len(suffix)] if suffix.lower() in _PAGE_ENDINGS else path
