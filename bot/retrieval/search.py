"""Owns hybrid search: which articles may answer, ranked. Refuses to show a viewer what it may not see: the
visibility and variant mask is applied before anything is ranked, on both the dense and the lexical side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.access import Viewer
from bot.retrieval.encoding import Encoder
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.question import Known, Question
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

CANDIDATES = 100
"""Passages taken from each side before they are merged; the union is scored on both."""
LEXICAL_WEIGHT = 0.1
LONG_LEXICAL_WEIGHT = 0.6
LONG_FROM, LONG_TO = 40, 120
"""Distinct terms between which a message counts as a brief: one vector cannot hold a page, its rare words can."""
PASSAGES_PER_ARTICLE = 3

Scores = NDArray[np.float32]


def search(
    index: KnowledgeIndex, encoder: Encoder, question: Question, viewer: Viewer, k: int = 10
) -> SearchResult:
    """The `k` best articles for the question, among those the viewer may see and that fit what is known."""
    allowed = allowed_rows(index, viewer, question.known)
    vector = encoder.encode([question.standalone])[0]
    ranked = rank(index, vector, question.standalone, allowed)
    return SearchResult(index.generation, tuple(_articles(ranked, k)))


def allowed_rows(index: KnowledgeIndex, viewer: Viewer, known: Known | None = None) -> NDArray[np.bool_]:
    """Shape (passages,): True where the passage's article may be seen and fits the known region, plan and product."""
    fits = {
        identifier: viewer.may_see(article) and (known is None or suits(article, known))
        for identifier, article in index.articles.items()
    }
    return np.fromiter((fits[chunk.article_id] for chunk in index.chunks), np.bool_, len(index.chunks))


def suits(article: Article, known: Known) -> bool:
    """False when the article is written for another region or plan than the customer's."""
    return _within(known.region, article.region) and _within(known.plan, article.plan)


def rank(
    index: KnowledgeIndex, vector: Scores, text: str, allowed: NDArray[np.bool_]
) -> list[Passage]:
    """Every candidate passage with both scores, best first; ties keep the order of the base."""
    if not allowed.any():
        return []
    words = terms(text)
    lexical = index.lexical.scores(words, allowed)
    top = float(lexical.max()) or 1.0
    cosine = _cosines(index, vector, CANDIDATES, allowed)
    cosine |= _cosines(index, vector, CANDIDATES, _best(lexical, CANDIDATES))
    weight = lexical_weight(len(set(words)))
    passages = [_passage(index, row, cosine[row], float(lexical[row]) / top, weight) for row in sorted(cosine)]
    return sorted(passages, key=lambda passage: -passage.score)


def lexical_weight(distinct_terms: int) -> float:
    """Share of the lexical score: small for a sentence, larger for a long brief."""
    share = (distinct_terms - LONG_FROM) / (LONG_TO - LONG_FROM)
    return LEXICAL_WEIGHT + (LONG_LEXICAL_WEIGHT - LEXICAL_WEIGHT) * min(max(share, 0.0), 1.0)


def _cosines(
    index: KnowledgeIndex, vector: Scores, k: int, allowed: NDArray[np.bool_]
) -> dict[int, float]:
    scores, rows = index.search(vector[None, :], min(k, len(index.chunks)), allowed)
    return {int(row): float(score) for score, row in zip(scores[0], rows[0], strict=True) if row >= 0}


def _best(lexical: Scores, k: int) -> NDArray[np.bool_]:
    """A mask of the `k` rows with the highest lexical score above zero."""
    mask = np.zeros(len(lexical), np.bool_)
    mask[np.argsort(-lexical, kind="stable")[:k]] = True
    return np.asarray(mask & (lexical > 0))


def _passage(index: KnowledgeIndex, row: int, dense: float, lexical: float, weight: float) -> Passage:
    chunk = index.chunks[row]
    score = (1 - weight) * dense + weight * lexical
    return Passage(chunk, index.articles[chunk.article_id], score, dense, lexical)


def _articles(ranked: list[Passage], k: int) -> Iterator[ArticleHit]:
    grouped: dict[str, list[Passage]] = {}
    for passage in ranked:
        grouped.setdefault(passage.article.id, []).append(passage)
    for passages in list(grouped.values())[:k]:
        yield ArticleHit(passages[0].article, passages[0].score, tuple(passages[:PASSAGES_PER_ARTICLE]))


def _within(value: str | None, allowed: tuple[str, ...]) -> bool:
    return value is None or not allowed or value in allowed
