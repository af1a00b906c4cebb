"""Owns the passages of a whole library: cut anew where an article changed, taken over where it did not.

Refuses to load the token vocabulary or the tokenizer when nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb_ingest import chunk, tokens
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk, Limits
from kb_ingest.embedder import Embedder
from kb_ingest.index import KnowledgeIndex
from kb_ingest.manifest import Rules


def of_library(
    articles: Sequence[Article], rules: Rules, embedder: Embedder, previous: KnowledgeIndex | None
) -> list[Chunk]:
    """Passages of `articles`, in their order; `previous` is used only where it was made under the same
    rules.
    """
    reusable = previous if previous and previous.manifest.rules == rules else None
    limits = Limits(rules.tokens, rules.word_pieces)
    counter = Measures(embedder)
    passages: list[Chunk] = []
    for article in articles:
        passages += _unchanged(article, reusable) or chunk.split(article, limits, counter)
    return passages


class Measures:
    """The two measures a passage must respect, see chunk.TokenCounter."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def tokens(self, text: str) -> int:
        return tokens.count(text)

    def word_pieces(self, text: str) -> int:
        return self._embedder.word_pieces(text)


def _unchanged(article: Article, previous: KnowledgeIndex | None) -> list[Chunk]:
    old = previous.articles.get(article.id) if previous else None
    if previous is None or old is None or old.version != article.version:
        return []
    return [previous.chunks[row] for row in previous.rows_of(article.id)]
