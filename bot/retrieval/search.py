"""Owns hybrid search: which articles may answer, ranked. Refuses to show a viewer what it may not see: the mask of
visibility and variant is applied before anything is ranked, on the dense and on the lexical side alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.access import Viewer
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.question import Question
from bot.retrieval.ranking import TOP, Features, features, score
from bot.retrieval.terms_asked import Asked, asked
from bot.retrieval.visible import Mask, visible_rows
from kb_ingest.article import Article
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms
from kb_ingest.token_index import TokenIndex

CANDIDATES = 40
"""Passages taken from each side before they are merged; the union is scored on all."""
FORESEEN, FORESEEN_ARTICLES = 120, 10
"""Of the questions that authors wrote down, how many are compared word by word; how many of their articles are read."""
READ_WHOLE = 3
"""The best articles, of which every passage is compared: a customer sees one, an agent three."""
DENSE, LATE, LEXICAL = 0.2, 0.7, 0.1
"""Weights of a passage's own score, which orders the passages of one article."""
PASSAGES_PER_ARTICLE = 3

Scores = NDArray[np.float32]


def search(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer, k: int = 10
) -> SearchResult:
    """The `k` best articles for the question, among those the viewer may see and that fit what is known."""
    inquiry = inquire(index, encoder, question, viewer)
    ranked = sorted(_candidates(inquiry), key=lambda each: -score(each.features))[:k] if inquiry else ()
    hits = (_hit(inquiry, each, whole=place < READ_WHOLE) for place, each in enumerate(ranked) if inquiry)
    return SearchResult(index.generation, tuple(hits))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer, the passages it was found by, and what speaks for it."""

    article: Article
    passages: tuple[Passage, ...]
    features: Features


def evidence(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer) -> list[Candidate]:
    """Every article that any side found, in the order of the base; none that the viewer may not see."""
    inquiry = inquire(index, encoder, question, viewer)
    return _candidates(inquiry) if inquiry else []


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question put to one generation: `allowed` rows, `lexical` scores of all rows, and what authors foresaw:
    `views` by article, and `foreseen`, BM25 of articles with their authors' questions over the best one's.
    """

    index: KnowledgeIndex
    want: Asked
    heard: Heard
    allowed: Mask
    lexical: Scores
    views: Mapping[str, View]
    foreseen: Mapping[str, float]


def inquire(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer) -> Inquiry | None:
    """What is looked for and where; None where there is nothing that the viewer may see."""
    allowed = visible_rows(index, viewer, question.known)
    if not allowed.any():
        return None
    spoken = heard(encoder, question)
    words = terms(question.standalone)
    lexical = index.lexical.scores(words, allowed)
    allowed_articles = articles_of(index, allowed)
    views = views_for(index, spoken, allowed_articles)
    foreseen = foreseen_for(index, words, allowed_articles)
    return Inquiry(index, asked(question, index.lexical), spoken, allowed, lexical, views, foreseen)


def _candidates(inquiry: Inquiry) -> list[Candidate]:
    grouped: dict[str, list[Passage]] = {}
    for passage in _passages(inquiry, _found(inquiry)):
        grouped.setdefault(passage.article.id, []).append(passage)
    return [_candidate(inquiry, group) for group in grouped.values()]


def _candidate(inquiry: Inquiry, passages: list[Passage]) -> Candidate:
    article = passages[0].article
    own, view = features(inquiry.want, passages), inquiry.views.get(article.id, UNFORESEEN)
    seen = replace(
        own,
        dense=max(own.dense, view.dense),
        dense_top=max(own.dense_top, view.dense_top),
        late=max(own.late, view.late),
        foreseen=inquiry.foreseen.get(article.id, 0.0),
    )
    return Candidate(article, tuple(passages), seen)


@dataclass(frozen=True, slots=True)
class Heard:
    """The question as the model reads it: `texts` with weights that sum to 1, and the unit `vector` of them all."""

    vector: Scores
    texts: tuple[tuple[Encoded, float], ...]


def heard(encoder: TokenEncoder, question: Question) -> Heard:
    """The question's own meaning, with what echoes of the turns before."""
    own, *others = encoder.encode_tokens([question.standalone, *(echo.text for echo in question.echoes)])
    pairs = zip(question.echoes, others, strict=True)
    weights = np.array([1.0, *(echo.heard(float(other.vector @ own.vector)) for echo, other in pairs)], np.float32)
    mixed = weights @ np.stack([each.vector for each in (own, *others)])
    shares = (weights / weights.sum()).tolist()
    texts = tuple((text, share) for text, share in zip((own, *others), shares, strict=True) if share)
    return Heard(np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32), texts)


@dataclass(frozen=True, slots=True)
class View:
    """How near the questions come that an article's author wrote down: cosine of the nearest, mean of the nearest
    three, late interaction of the nearest."""

    dense: float
    dense_top: float
    late: float


UNFORESEEN = View(-1.0, -1.0, -1.0)


def articles_of(index: KnowledgeIndex, allowed: Mask) -> Mask:
    """Shape (articles,): True where the article's passages are allowed."""
    rows = map(index.rows_of, index.articles)
    return np.fromiter((len(own) > 0 and bool(allowed[own[0]]) for own in rows), np.bool_, len(index.articles))


def views_for(index: KnowledgeIndex, question: Heard, allowed: Mask) -> Mapping[str, View]:
    """The allowed articles whose authors foresaw something like the question, nearest first."""
    foreseen, ids = index.asked, list(index.articles)
    cosines = np.where(allowed[foreseen.owners], foreseen.vectors @ question.vector, -1.0)
    near = np.argsort(-cosines, kind="stable")[:FORESEEN]
    near = near[cosines[near] > 0]
    late = _late(foreseen.tokens, question, near)
    found: dict[str, list[tuple[float, float]]] = {}
    for owner, cosine, words in zip(foreseen.owners[near].tolist(), cosines[near].tolist(), late.tolist(), strict=True):
        found.setdefault(ids[owner], []).append((cosine, words))
    return {
        article_id: View(seen[0][0], sum(cosine for cosine, _ in seen[:TOP]) / TOP, max(words for _, words in seen))
        for article_id, seen in found.items()
    }


def foreseen_for(index: KnowledgeIndex, words: Sequence[str], allowed: Mask) -> Mapping[str, float]:
    """BM25 of each allowed article together with its author's questions, over the best; it counts as much as there are
    articles with questions."""
    if not index.asked.words.size:
        return {}
    scores = index.asked.words.scores(words, allowed)
    shares = scores * np.float32(index.asked.share / (float(scores.max()) or 1.0))
    return dict(zip(index.articles, shares.tolist(), strict=True))


def _found(inquiry: Inquiry) -> Mapping[int, float]:
    """The rows worth a closer look, with their cosines: the best of each side, and of what authors foresaw."""
    index, vector = inquiry.index, inquiry.heard.vector
    also = _best(inquiry.lexical)
    for article_id in list(inquiry.views)[:FORESEEN_ARTICLES]:
        also[index.rows_of(article_id)] = True
    return _cosines(index, vector, inquiry.allowed) | _cosines(index, vector, also, int(also.sum()))


def _passages(inquiry: Inquiry, found: Mapping[int, float]) -> list[Passage]:
    """The rows `found` with all their scores, in the order of the base."""
    index, want = inquiry.index, inquiry.want
    top = float(inquiry.lexical.max()) or 1.0
    rows = np.array(sorted(found), np.int64)
    late = _late(index.tokens, inquiry.heard, rows)
    coverage, codes = want.coverage(index.lexical)[rows], want.code_share(index.lexical)[rows]
    columns = np.stack([inquiry.lexical[rows] / top, late, coverage, codes], axis=1).tolist()
    return [_passage(index, row, found[row], *rest) for row, rest in zip(rows.tolist(), columns, strict=True)]


def _late(tokens: TokenIndex, question: Heard, rows: NDArray[np.int64]) -> Scores:
    late = np.zeros(len(rows), np.float32)
    for text, share in question.texts:
        late += np.float32(share) * tokens.scores(text, rows)
    return late


def _hit(inquiry: Inquiry, candidate: Candidate, *, whole: bool) -> ArticleHit:
    """The article with its best passages; `whole`: of all that it has, found or not."""
    passages: Sequence[Passage] = candidate.passages
    if whole:
        mask = np.zeros(len(inquiry.allowed), np.bool_)
        mask[inquiry.index.rows_of(candidate.article.id)] = True
        passages = _passages(inquiry, _cosines(inquiry.index, inquiry.heard.vector, mask, int(mask.sum())))
    best = sorted(passages, key=lambda passage: -passage.score)[:PASSAGES_PER_ARTICLE]
    seen = candidate.features
    return ArticleHit(candidate.article, score(seen), tuple(best), seen.dense, seen.late)


def _cosines(index: KnowledgeIndex, vector: Scores, allowed: Mask, most: int = CANDIDATES) -> dict[int, float]:
    if most == 0:
        return {}
    scores, rows = index.search(vector[None, :], min(most, len(index.chunks)), allowed)
    return {int(row): float(value) for value, row in zip(scores[0], rows[0], strict=True) if row >= 0}


def _best(lexical: Scores) -> Mask:
    """A mask of the rows with the highest lexical scores above zero; rows that are not allowed have none."""
    mask = np.zeros(len(lexical), np.bool_)
    mask[np.argsort(-lexical, kind="stable")[:CANDIDATES]] = True
    return np.asarray(mask & (lexical > 0))


def _passage(
    index: KnowledgeIndex, row: int, dense: float, lexical: float, late: float, coverage: float, codes: float
) -> Passage:
    chunk = index.chunks[row]
    own = DENSE * dense + LATE * late + LEXICAL * lexical
    return Passage(chunk, index.articles[chunk.article_id], own, dense, lexical, late, coverage, codes)
