"""Owns links between articles: which one a relative link or a bare id means, and those that mean none.

Refuses to fetch anything from outside.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kb_ingest.article import Article, Link, Problem, ProblemKind, Severity

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_LONGEST = 100  # of an address that is told
_PLAIN = re.compile(r"[^\s\x00-\x20\x7f\\<>\"'`{}|^]{1,2000}")
_MAIL = re.compile(r"mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
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


def may_be_followed(target: str) -> bool:
    """Whether a reader may be sent there from an article: absolute https without a password, or mail to one address."""
    if not _PLAIN.fullmatch(target):
        return False
    try:
        parts = urlsplit(target)
        return bool(_MAIL.fullmatch(target) or (parts.scheme == "https" and parts.hostname and "@" not in parts.netloc))
    except ValueError:
        return False


def unfollowed(article: Article) -> Iterator[Problem]:
    """A warning for the links elsewhere of which readers get the words alone, on the line of the first."""
    found = [each for each in article.links if _ELSEWHERE.match(each.target) and not may_be_followed(each.target)]
    if found:
        named = f"`{found[0].target[:_LONGEST].replace('`', '')}`"
        which = f"{len(found)} links cannot be followed, the first is {named}"
        message = f"{which if found[1:] else f'the link {named} cannot be followed'}: use an https or mailto address"
        yield Problem(article.source, found[0].line or None, message, ProblemKind.DEAD_LINK, Severity.WARNING)


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
