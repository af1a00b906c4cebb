"""Owns the links of an article to other public ones: which they are, and where in its text. Refuses all other links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb_ingest.article import Article, Link
from kb_ingest.checks.links import LinkTargets


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `article_id` is the article that they lead to, None for plain words."""

    text: str
    article_id: str | None = None


class Targets:
    """The articles that a link may lead to."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = {article.id: article for article in articles}
        self._by_name = LinkTargets(self._articles.values())
        self._by_url = {article.url: article.id for article in self._articles.values() if article.url}

    def find(self, article: Article, link: Link) -> Article | None:
        """Where a link in `article` leads; None when that is no article here, or the article itself."""
        named = self._by_url.get(link.target.partition("#")[0]) or self._by_name.find(article, link)
        return self._articles.get(named) if named and named != article.id else None

    def of(self, article: Article) -> tuple[Article, ...]:
        """Every article that `article` links to, once, in its order."""
        found = (self.find(article, link) for link in article.links)
        return tuple({target.id: target for target in found if target}.values())


class LinkedWords:
    """Where the links of one article stand in its text.

    The cleaned text has the words of a link but not its place, so words that stand there twice are left plain: the
    link is among the article's other links below it.
    """

    def __init__(self, article: Article, targets: Targets) -> None:
        self._leads = _leads(article, targets)
        longest_first = sorted(self._leads, key=len, reverse=True)
        self._words = re.compile("|".join(map(_whole, longest_first))) if longest_first else None

    def pieces(self, text: str) -> Iterator[Piece]:
        """`text` in pieces that together are all of it."""
        done = 0
        for found in self._words.finditer(text) if self._words else ():
            yield Piece(text[done : found.start()])
            yield Piece(found[0], self._leads[found[0]])
            done = found.end()
        yield Piece(text[done:])


def _leads(article: Article, targets: Targets) -> Mapping[str, str]:
    found = ((link.text.strip(), targets.find(article, link)) for link in article.links)
    return {
        words: target.id
        for words, target in found
        if target and words and len(re.findall(_whole(words), article.text)) == 1
    }


def _whole(words: str) -> str:
    return rf"(?<!\w){re.escape(words)}(?!\w)"
