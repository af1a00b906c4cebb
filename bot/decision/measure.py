"""Owns turning search results and a draft into Signals. Refuses to judge them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.answering.draft import Draft
from bot.answering.extract import overlap
from bot.decision.signals import Signals
from bot.retrieval.another_code import is_of_another_code
from bot.retrieval.by_title import asks_by_title
from bot.retrieval.passage import ArticleHit, SearchResult
from bot.retrieval.question import Question
from bot.retrieval.standalone import Carried
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

RARE = 3


def measure(question: Question, result: SearchResult, draft: Draft | None, index: KnowledgeIndex) -> Signals:
    """What speaks for the top article; all zero when nothing was found."""
    if not result.hits:
        return Signals(words=len(question.said.split()))
    top = result.hits[0]
    lexical = index.lexical
    shown = f"{top.article.title} {draft.text if draft else ''}"
    words = sorted(set(terms(question.standalone)))
    ideal = sum(lexical.idf(word) for word in words) or 1.0
    rare = sorted(words, key=lambda word: (-lexical.idf(word), word))[:RARE]
    seen = set(terms(shown))
    rivals = _rivals(result)
    second = rivals[0].score if rivals else 0.0
    own = result.own if _goes_on(question, top) else None
    return Signals(
        top_dense=top.dense,
        margin=top.score - second,
        top_lexical=float(lexical.scores(words)[index.rows_of(top.article.id)].max()) / ideal,
        coverage=max(passage.coverage for passage in top.passages),
        rare_coverage=sum(word in seen for word in rare) / len(rare) if rare else 0.0,
        agreement=max(passage.lexical for passage in top.passages),
        rank_score=top.score,
        span_coverage=overlap(question.standalone, shown, lexical),
        background=_background(top, rivals),
        late=top.late,
        late_margin=top.late - max((hit.late for hit in rivals), default=0.0),
        unseen=sum(lexical.idf(word) for word in words if word not in lexical.vocabulary) / ideal,
        length=math.log1p(len(words)),
        left_open=result.left_open,
        words=len(words),
        titled=asks_by_title(question.standalone, top.article.title),
        pinned=result.pinned == top.article.id,
        other_code=is_of_another_code(top.article, question),
        goes_on=own is not None,
        own_left_open=own.left_open if own else 0.0,
        own_late=own.late if own else 0.0,
    )


def _goes_on(question: Question, top: ArticleHit) -> bool:
    """The message asks on about what was cited last. What answers the desk's question, puts it right or says that it
    did not help is about it by itself, and asks nothing new."""
    return top.article.id in question.cited and question.carried in (None, Carried.ELLIPSIS)


def _rivals(result: SearchResult) -> Sequence[ArticleHit]:
    """The articles that may be meant instead; another region's version of the first one is no doubt about the subject,
    and which region is meant is asked for."""
    versions = {article.id for article in result.versions}
    return [hit for hit in result.hits[1:] if hit.article.id not in versions]


def _background(top: ArticleHit, rivals: Sequence[ArticleHit]) -> float:
    """How far the best cosine stands above the mean of the other articles found."""
    return top.dense - (sum(hit.dense for hit in rivals) / len(rivals) if rivals else 0.0)
