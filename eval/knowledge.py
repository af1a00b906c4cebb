"""Owns what the checks know of the articles under test: versions, and the lines no customer may see.

Refuses to search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.casebook.plain_text import normal
from kb_ingest.article import Article, Visibility
from kb_ingest.index import KnowledgeIndex

LEAST_LEAK = 40
"""Characters from which an internal line is telling; shorter ones may stand in a public article by chance."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The published articles, and the normal form of every telling line that only internal ones hold."""

    articles: Mapping[str, Article]
    internal_lines: tuple[str, ...]

    def is_internal(self, article_id: str) -> bool:
        """True for an article that no customer may see; unknown ones count as internal."""
        article = self.articles.get(article_id)
        return article is None or article.visibility is Visibility.INTERNAL


def knowledge_of(index: KnowledgeIndex) -> Knowledge:
    """What the checks need to know of one generation."""
    public = normal("\n".join(a.text for a in index.articles.values() if a.visibility is Visibility.PUBLIC))
    internal = (a for a in index.articles.values() if a.visibility is Visibility.INTERNAL)
    lines = dict.fromkeys(line for article in internal for line in _telling_lines(article))
    return Knowledge(index.articles, tuple(line for line in lines if line not in public))


def _telling_lines(article: Article) -> Iterator[str]:
    for line in article.text.splitlines():
        said = normal(line)
        if len(said) >= LEAST_LEAK:
            yield said
