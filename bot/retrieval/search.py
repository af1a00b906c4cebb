"""Owns hybrid search: which articles may answer, ranked. Refuses to show a viewer what it may not see: the mask of
visibility and variant is applied before anything is ranked, on the dense and on the lexical side alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.access import Viewer
from bot.retrieval.dialogue import Turns, turns_before
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.foreseen import UNFORESEEN, View, articles_of, foreseen_for, views_for
from bot.retrieval.heard import Heard, Scores, heard, late_scores
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.question import Question
from bot.retrieval.ranking import Features, features, score
from bot.retrieval.terms_asked import Asked, asked
from bot.retrieval.visible import Mask, visible_rows
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

CANDIDATES = 40
"""Passages taken from each side before they are merged; the union is scored on all."""
FORESEEN_ARTICLES = 10
"""Articles that are read because their authors foresaw something like the question."""
READ_WHOLE = 3
"""The best articles, of which every passage is compared: a customer sees one, an agent three."""
DENSE, LATE, LEXICAL = 0.2, 0.7, 0.1
"""Weights of a passage's own score, which orders the passages of one article."""
PASSAGES_PER_ARTICLE = 3


def search(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer, k: int = 10
) -> SearchResult:
    """The `k` best articles for the question, among those the viewer may see and that fit what is known."""
    inquiry = inquire(index, encoder, question, viewer)
    if inquiry is None:
        return SearchResult(index.generation, ())
    ranked = sorted(_candidates(inquiry), key=lambda each: -score(each.features))[:k]
    read = _read_whole(inquiry, [each.article.id for each in ranked[:READ_WHOLE]])
    hits = (_hit(inquiry, each, read.get(each.article.id, each.passages)) for each in ranked)
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
    """One question put to one generation: `allowed` rows, of all rows the `lexical` score and the share of the
    question's terms (`coverage`) and `codes` in them, and what authors foresaw: `views` by article, and `foreseen`,
    BM25 of articles with their authors' questions over the best one's; `turns` before it, None for a first one.
    """

    index: KnowledgeIndex
    want: Asked
    heard: Heard
    allowed: Mask
    lexical: Scores
    coverage: Scores
    codes: Scores
    views: Mapping[str, View]
    foreseen: Mapping[str, float]
    turns: Turns | None


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
    turns = turns_before(index, encoder, question, allowed, allowed_articles)
    want = asked(question, index.lexical)
    coverage, codes = want.coverage(index.lexical), want.code_share(index.lexical)
    return Inquiry(index, want, spoken, allowed, lexical, coverage, codes, views, foreseen, turns)


def _candidates(inquiry: Inquiry) -> list[Candidate]:
    found = _found(inquiry)
    grouped: dict[str, list[Passage]] = {}
    said_before: dict[str, float] = {}
    for passage, added in zip(_passages(inquiry, found), _added(inquiry, found), strict=True):
        grouped.setdefault(passage.article.id, []).append(passage)
        said_before[passage.article.id] = max(added, said_before.get(passage.article.id, added))
    return [_candidate(inquiry, group, said_before[article_id]) for article_id, group in grouped.items()]


def _added(inquiry: Inquiry, found: Mapping[int, float]) -> Sequence[float]:
    """What the turns before add to each of the rows `found`, in the order of the base."""
    if inquiry.turns is None:
        return [0.0] * len(found)
    added: list[float] = inquiry.turns.of_rows(inquiry.index, np.array(sorted(found), np.int64)).tolist()
    return added


def _candidate(inquiry: Inquiry, passages: list[Passage], said_before: float) -> Candidate:
    article = passages[0].article
    if not inquiry.views and not inquiry.foreseen and inquiry.turns is None:
        return Candidate(article, tuple(passages), features(inquiry.want, passages))
    own, view = features(inquiry.want, passages), inquiry.views.get(article.id, UNFORESEEN)
    seen = replace(
        own,
        dense=max(own.dense, view.dense),
        dense_top=max(own.dense_top, view.dense_top),
        late=max(own.late, view.late),
        foreseen=inquiry.foreseen.get(article.id, 0.0),
        turns=said_before,
    )
    return Candidate(article, tuple(passages), seen)


def _found(inquiry: Inquiry) -> Mapping[int, float]:
    """The rows worth a closer look, with their cosines: the best of each side, and of what authors foresaw."""
    index, vector = inquiry.index, inquiry.heard.vector
    also = _best(inquiry.lexical)
    for article_id in list(inquiry.views)[:FORESEEN_ARTICLES]:
        also[index.rows_of(article_id)] = True
    if inquiry.turns is not None:
        also[inquiry.turns.candidates(index, inquiry.allowed)] = True
    return _cosines(index, vector, inquiry.allowed) | _cosines(index, vector, also, int(also.sum()))


def _passages(inquiry: Inquiry, found: Mapping[int, float]) -> list[Passage]:
    """The rows `found` with all their scores, in the order of the base."""
    index = inquiry.index
    rows = np.array(sorted(found), np.int64)
    lexical = inquiry.lexical[rows] / (float(inquiry.lexical.max()) or 1.0)
    late = late_scores(index.tokens, inquiry.heard, rows)
    columns = np.stack([lexical, late, inquiry.coverage[rows], inquiry.codes[rows]], axis=1).tolist()
    return [_passage(index, row, found[row], *rest) for row, rest in zip(rows.tolist(), columns, strict=True)]


def _read_whole(inquiry: Inquiry, article_ids: Sequence[str]) -> Mapping[str, Sequence[Passage]]:
    """Every passage of these articles, found before or not."""
    index = inquiry.index
    mask = np.zeros(len(inquiry.allowed), np.bool_)
    for article_id in article_ids:
        mask[index.rows_of(article_id)] = True
    read: dict[str, list[Passage]] = {}
    for passage in _passages(inquiry, _cosines(index, inquiry.heard.vector, mask, int(mask.sum()))):
        read.setdefault(passage.article.id, []).append(passage)
    return read


def _hit(inquiry: Inquiry, candidate: Candidate, passages: Sequence[Passage]) -> ArticleHit:
    best = sorted(passages, key=lambda passage: -passage.score)[:PASSAGES_PER_ARTICLE]
    seen = candidate.features
    # What the turns add is taken out of the scale again, so that scores compare with those of first messages.
    scale = inquiry.turns.scale if inquiry.turns else 1.0
    return ArticleHit(candidate.article, score(seen) / scale, tuple(best), seen.dense, seen.late)


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
