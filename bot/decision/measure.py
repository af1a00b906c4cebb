"""Owns turning search results and a draft into Signals. Refuses to judge them."""

from __future__ import annotations

from bot.answering.extract import Extract, overlap
from bot.decision.signals import Signals
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Question
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

RARE = 3


def measure(
    question: Question, result: SearchResult, extract: Extract | None, index: KnowledgeIndex
) -> Signals:
    """What speaks for the top article; all zero when nothing was found."""
    if not result.hits:
        return Signals(words=len(question.said.split()))
    top = result.hits[0]
    passage = top.passages[0]
    lexical = index.lexical
    shown = extract.draft.text if extract else ""
    about = f"{top.article.title} {' '.join(passage.chunk.heading_path)}"
    words = set(terms(question.standalone))
    ideal = sum(lexical.idf(word) for word in words) or 1.0
    raw = lexical.scores(sorted(words))
    rows = index.rows_of(top.article.id)
    rare = sorted(words, key=lambda word: (-lexical.idf(word), word))[:RARE]
    seen = set(terms(f"{about} {passage.chunk.text} {shown}"))
    second = result.hits[1].score if len(result.hits) > 1 else 0.0
    return Signals(
        top_dense=max(p.dense for p in top.passages),
        margin=top.score - second,
        top_lexical=float(raw[rows].max()) / ideal,
        coverage=overlap(question.standalone, f"{about} {passage.chunk.text}", lexical),
        rare_coverage=sum(word in seen for word in rare) / len(rare) if rare else 0.0,
        agreement=float(max(top.passages, key=lambda p: p.lexical).lexical),
        span_dense=extract.dense if extract else 0.0,
        span_coverage=overlap(question.standalone, f"{about} {shown}", lexical),
        background=_background(result),
        words=len(words),
    )


def _background(result: SearchResult) -> float:
    """How far the best cosine stands above the mean of the other articles found."""
    others = [hit.passages[0].dense for hit in result.hits[1:]]
    return max(p.dense for p in result.hits[0].passages) - (sum(others) / len(others) if others else 0.0)
