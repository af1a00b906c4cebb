"""Owns links between articles: which one a relative link or a bare id means, and those that mean none.

Refuses to fetch anything from outside.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from kb_ingest.article import Article, Link, Problem, ProblemKind, Severity

_OUTSIDE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#|\?|$)")
_PAGE_ENDINGS = frozenset({".md", ".markdown", ".mdx", ".html", ".htm"})
_BARE_ID = re.compile(r"(?:\.{1,2}/)*[A-Za-z0-9][\w-]*(?:/[\w-]+)*/?$")


def dead_links(articles: Sequence[Article]) -> list[Problem]:
    """A warning per link that names no article of the library."""
    return [
        Problem(
            article.source, link.line or None,
            f"{leads_nowhere(link)}: correct the link or remove it",
            ProblemKind.DEAD_LINK, Severity.WARNING,
        )
        for article, link in dead(articles)
    ]  # fmt: skip


def leads_nowhere(link: Link) -> str:
    """What is wrong with a dead link."""
    return f"the link “{link.text}” leads to `{link.target}`, and there is no such published article"


def dead(articles: Sequence[Article]) -> Iterator[tuple[Article, Link]]:
    """Each link that names no article of the library, with the article it stands in."""
    known = LinkTargets(articles)
    for article in articles:
        yield from ((article, link) for link in article.links if known.is_dead(article, link))


class LinkTargets:
    """All names by which an article of the library can be linked."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._ids = dict[str, str]()
        self._paths = dict[str, str]()
        for article in articles:
            self._ids[article.id] = article.id
            self._paths[_without_ending(article.source)] = article.id
        self._names = {PurePosixPath(path).name: identifier for path, identifier in self._paths.items()} | self._ids

    def find(self, article: Article, link: Link) -> str | None:
        """The id of the article that a link in `article` leads to; None for outside, for no page and for nothing."""
        target = _page(link)
        if target is None:
            return None
        path = _without_ending(posixpath.normpath(posixpath.join(posixpath.dirname(article.source), target)))
        name = PurePosixPath(_without_ending(target)).name
        named = None if _is_page(target) else self._names.get(name)
        return self._ids.get(target) or self._paths.get(path) or self._ids.get(name) or named

    def is_dead(self, article: Article, link: Link) -> bool:
        """True for a link to a page of the library that is not there."""
        return _page(link) is not None and self.find(article, link) is None


def _page(link: Link) -> str | None:
    """The path that a link names; None where it leads outside or is not ours to judge (a picture, an archive, a text
    in brackets).
    """
    if _OUTSIDE.match(link.target):
        return None
    target = unquote(re.split(r"[#?]", link.target, maxsplit=1)[0]).strip()
    return target if _is_page(target) or _BARE_ID.match(target) else None


def _is_page(target: str) -> bool:
    return PurePosixPath(target).suffix.lower() in _PAGE_ENDINGS


def _without_ending(path: str) -> str:
    suffix = PurePosixPath(path).suffix
    return path[: -len(suffix)] if suffix.lower() in _PAGE_ENDINGS else path
