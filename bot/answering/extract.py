"""Owns the extractive answer: the block of the best article that answers, whole, with its lead-in and exceptions.

Refuses to write a word of its own: every statement is a span of one article version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answering.blocks import Block, blocks_of
from bot.answering.draft import Citation, Draft, Statement
from bot.retrieval.encoding import Encoder
from bot.retrieval.passage import ArticleHit
from kb_ingest.article import Article
from kb_ingest.lexical import LexicalIndex, terms
from kb_ingest.units import UnitKind

LEXICAL_SHARE = 0.35
PASSAGE_SHARE = 0.3
SECOND_WITHIN = 0.04
PARAGRAPH_WORDS = 90
MAX_ROWS = 14
KEPT_ROWS = 4
EXCEPTION = re.compile(
    r"(however|except|exceptions?|unless|but|note|important|if |only|this does not|it does not|not |otherwise)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A block with how well its best piece answers; `best` is the index of that piece."""

    block: Block
    score: float
    best: int
    dense: float


@dataclass(frozen=True, slots=True)
class Extract:
    """A draft and the cosine of its best piece with the question."""

    draft: Draft
    dense: float


def extract(question: str, hit: ArticleHit, encoder: Encoder, lexical: LexicalIndex) -> Extract | None:
    """The answer from one article; None when the article has no text that could answer."""
    ranked = _ranked(question, hit, encoder, lexical)
    if not ranked:
        return None
    chosen = [ranked[0], *(s for s in ranked[1:2] if s.score >= ranked[0].score - SECOND_WITHIN)]
    spans = _joined(hit.article, [_span(hit.article, scored) for scored in chosen])
    citations = tuple(cite(hit.article, n, span) for n, span in enumerate(spans, 1))
    statements = tuple(
        Statement(_shown(hit.article, citation, chosen), citation.number) for citation in citations
    )
    return Extract(Draft(statements, citations), ranked[0].dense)


def cite(article: Article, number: int, span: tuple[int, int]) -> Citation:
    """A numbered citation of `article.text[start:end]`."""
    start, end = span
    updated = article.updated_at.isoformat() if article.updated_at else None
    quote = article.text[start:end]
    return Citation(
        number, article.id, article.title, article.version, start, end, quote, article.visibility, article.url, updated
    )


def _ranked(question: str, hit: ArticleHit, encoder: Encoder, lexical: LexicalIndex) -> list[Scored]:
    blocks = blocks_of(hit.article)
    texts = [[_piece_text(hit.article, block, piece) for piece in block.pieces] for block in blocks]
    flat = [text for pieces in texts for text in pieces]
    if not flat:
        return []
    vectors = encoder.encode([question, *flat])
    dense = vectors[1:] @ vectors[0]
    scores = dense + LEXICAL_SHARE * np.array([overlap(question, text, lexical) for text in flat], np.float32)
    scored, at = [], 0
    for block, pieces in zip(blocks, texts, strict=True):
        best = int(np.argmax(scores[at : at + len(pieces)]))
        total = float(scores[at + best]) + PASSAGE_SHARE * _passage_score(hit, block)
        scored.append(Scored(block, total, best, float(dense[at + best])))
        at += len(pieces)
    return sorted(scored, key=lambda s: -s.score)


def overlap(question: str, text: str, lexical: LexicalIndex) -> float:
    """Share of the question's terms, weighted by idf, that occur in the text; in [0, 1]."""
    asked = set(terms(question))
    total = sum(lexical.idf(term) for term in asked)
    return sum(lexical.idf(term) for term in asked & set(terms(text))) / total if total else 0.0


def _piece_text(article: Article, block: Block, piece: tuple[int, int]) -> str:
    body = article.text[piece[0] : piece[1]]
    heading = block.headings[-1] if block.headings else article.title
    return f"{heading}: {body}"


def _passage_score(hit: ArticleHit, block: Block) -> float:
    """The score of the retrieved passage the block stands in; 0 when it was not retrieved."""
    over = [p.score for p in hit.passages if p.chunk.start < block.end and block.start < p.chunk.end]
    return max(over, default=0.0)


def _span(article: Article, scored: Scored) -> tuple[int, int]:
    """The block, or the sentences around its best one, with the line that leads in and the exception that follows."""
    block = scored.block
    start, end = (block.start, block.end)
    if block.kind is UnitKind.PARAGRAPH:
        start, end = _sentences_around(article, block, scored.best)
    siblings = [other for other in blocks_of(article) if other.headings == block.headings]
    at = siblings.index(block)
    if at and _leads_in(article, siblings[at - 1], block):
        start = siblings[at - 1].pieces[-1][0]
    if at + 1 < len(siblings):
        end = _with_following(article, block, siblings[at + 1], end)
    return start, end


def _sentences_around(article: Article, block: Block, best: int) -> tuple[int, int]:
    if len(article.text[block.start : block.end].split()) <= PARAGRAPH_WORDS:
        return block.start, block.end
    first = max(best - 1, 0)
    last = min(best + 1, len(block.pieces) - 1)
    while last + 1 < len(block.pieces) and EXCEPTION.match(article.text[block.pieces[last + 1][0] :]):
        last += 1
    return block.pieces[first][0], block.pieces[last][1]


def _leads_in(article: Article, before: Block, block: Block) -> bool:
    text = article.text[before.start : before.end]
    return before.kind is UnitKind.PARAGRAPH and block.kind is not UnitKind.PARAGRAPH and text.endswith(":")


def _with_following(article: Article, block: Block, after: Block, end: int) -> int:
    ends_open = article.text[block.start : end].endswith(":")
    is_exception = after.kind is UnitKind.PARAGRAPH and EXCEPTION.match(article.text[after.start : after.end])
    if end == block.end and (ends_open or is_exception):
        return after.end if ends_open else after.pieces[0][1]
    return end


def _joined(article: Article, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in the article's order; those that touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if (joined and not article.text[joined[-1][1] : start].strip()) or (joined and start < joined[-1][1]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _shown(article: Article, citation: Citation, chosen: Sequence[Scored]) -> str:
    """The span as the customer sees it; a long table keeps its header and the rows around the best one."""
    for scored in chosen:
        block = scored.block
        if block.kind is UnitKind.ROW and len(block.pieces) > MAX_ROWS and citation.start <= block.start < citation.end:
            first = max(0, min(scored.best - KEPT_ROWS // 2, len(block.pieces) - KEPT_ROWS))
            rows = [article.text[a:b] for a, b in block.pieces[first : first + KEPT_ROWS]]
            lead = article.text[citation.start : block.start]
            return lead + "\n".join([block.header, *rows])
    return citation.quote
