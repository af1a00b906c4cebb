"""Owns finding where a changed article now says otherwise than another that the same customers may see.

What a statement is and when two can not both be true is read in `kb_ingest/statements/`. Refuses to say which of the
two is right, and to tell of what the base already said before the edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kb_ingest.article import Article
from kb_ingest.checks.readers import related, same_readers
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms
from kb_ingest.statements.opposed import against
from kb_ingest.statements.reading import Key, Statement, statements_of

PASSAGES = 32
"""Passages of the base that are read for each new statement: the nearest by its words."""
FEWEST = 2
"""Words below which a statement says too little about its subject."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`said` in the changed article against `elsewhere` in another; `differs` names what."""

    article: str
    said: str
    other: str
    elsewhere: str
    differs: str


def contradictions(before: KnowledgeIndex, after: KnowledgeIndex, changed: Sequence[str]) -> tuple[Contradiction, ...]:
    """What the articles `changed` newly say against the rest of the base, in their order."""
    were = [before.articles[name] for name in changed if name in before.articles]
    old = {said.key for was in were for said in statements_of(was.text, was.title)}
    now = [after.articles[name] for name in changed if name in after.articles]
    return tuple(dict.fromkeys(each for article in now for each in _of_article(after, article, old)))


def _of_article(after: KnowledgeIndex, article: Article, old: Collection[Key]) -> Iterator[Contradiction]:
    """`old`: what the changed articles said before, wherever it stands now."""
    for said in statements_of(article.text, article.title):
        if said.key not in old and len(said.words) >= FEWEST:
            for found in against(said, _others(after, article, said), after.lexical.idf):
                yield Contradiction(article.id, said.text, found.place.id, found.statement.text, found.opposed.differs)


def _others(index: KnowledgeIndex, article: Article, said: Statement) -> Iterator[tuple[Article, Statement]]:
    """Statements of other articles in the passages that are nearest by the words."""
    scores = index.lexical.scores(terms(said.text))
    for row in np.argsort(-scores, kind="stable")[:PASSAGES].tolist():
        chunk = index.chunks[row]
        other = index.articles[chunk.article_id]
        if other.id != article.id and same_readers(article, other) and not related(article, other):
            about = f"{other.title} {' '.join(chunk.heading_path)}"
            yield from ((other, told) for told in statements_of(chunk.text, about))
