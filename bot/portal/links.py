"""Owns the links of an article to other public ones, and which of its words lead there or elsewhere.

Refuses all other links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from bot.answering.linked_words import Lead, placed, whole
from kb_ingest.article import Article, Link
from kb_ingest.checks.links import LinkTargets


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


def leads(article: Article, targets: Targets) -> tuple[Lead, ...]:
    """Words of the article that lead somewhere. Each link to another article is also among the other links below it,
    so words that stand there twice are left plain."""
    found = ((link.text.strip(), targets.find(article, link)) for link in article.links)
    inside = (
        Lead(words, f"/help/a/{quote(target.id)}")
        for words, target in found
        if target and words and len(re.findall(whole(words), article.text)) == 1
    )
    return (*placed(article), *inside)
