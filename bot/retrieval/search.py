"""Owns hybrid search: which articles may answer, ranked. Refuses to show a viewer what it may not see: the mask of
visibility and variant is applied before anything is ranked, on the dense and on the lexical side alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.access import Viewer
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.question import Question
from bot.retrieval.ranking import Features, features, score
from bot.retrieval.terms_asked import Asked, asked
from bot.retrieval.visible import Mask, visible_rows
from kb_ingest.article import Article
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

CANDIDATES = 40
"""Passages taken from each side before they are merged; the union is scored on both."""
DENSE, LATE, LEXICAL = 0.5, 0.4, 0.1
"""Weights of a passage's own score, which orders the passages of one article."""
PASSAGES_PER_ARTICLE = 3

Scores = NDArray[np.float32]


def search(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer, k: int = 10
) -> SearchResult:
    """The `k` best articles for the question, among those the viewer may see and that fit what is known."""
    found = evidence(index, encoder, question, viewer)
    ranked = sorted((_hit(each) for each in found), key=lambda hit: -hit.score)
    return SearchResult(index.generation, tuple(ranked[:k]))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer, the passages it was found by, and what speaks for it."""

    article: Article
    passages: tuple[Passage, ...]
    features: Features


def evidence(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer) -> list[Candidate]:
    """Every article that either side found, in the order of the base; none that the viewer may not see."""
    allowed = visible_rows(index, viewer, question.known)
    if not allowed.any():
        return []
    want = asked(question, index.lexical)
    lexical = index.lexical.scores(terms(question.standalone), allowed)
    grouped: dict[str, list[Passage]] = {}
    for passage in passages_for(index, want, heard(encoder, question), lexical, allowed):
        grouped.setdefault(passage.article.id, []).append(passage)
    return [Candidate(group[0].article, tuple(group), features(want, group)) for group in grouped.values()]


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


def passages_for(index: KnowledgeIndex, want: Asked, question: Heard, lexical: Scores, allowed: Mask) -> list[Passage]:
    """The best passages of both sides with all their scores, in the order of the base."""
    top = float(lexical.max()) or 1.0
    found = _cosines(index, question.vector, allowed) | _cosines(index, question.vector, _best(lexical))
    rows = np.array(sorted(found), np.int64)
    late = np.zeros(len(rows), np.float32)
    for text, share in question.texts:
        late += np.float32(share) * index.tokens.scores(text, rows)
    coverage, codes = want.coverage(index.lexical)[rows], want.code_share(index.lexical)[rows]
    columns = np.stack([lexical[rows] / top, late, coverage, codes], axis=1).tolist()
    return [_passage(index, row, found[row], *rest) for row, rest in zip(rows.tolist(), columns, strict=True)]


def _hit(candidate: Candidate) -> ArticleHit:
    best = sorted(candidate.passages, key=lambda passage: -passage.score)[:PASSAGES_PER_ARTICLE]
    return ArticleHit(candidate.article, score(candidate.features), tuple(best))


def _cosines(index: KnowledgeIndex, vector: Scores, allowed: Mask) -> dict[int, float]:
    scores, rows = index.search(vector[None, :], min(CANDIDATES, len(index.chunks)), allowed)
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
