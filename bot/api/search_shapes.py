"""Owns the JSON of search and articles. Refuses what is not published: it has no shape."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.answering.linked_words import placed
from bot.answering.rendering import ShownBlock, render
from bot.api.conversation_shapes import Sent
from bot.retrieval.passage import Passage
from kb_ingest.article import Article, Visibility

LONGEST_QUERY = 4000
MOST_PASSAGES = 50


class SearchPost(Sent):
    """What to look for and how many passages to give."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY)]
    k: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = 5


class PassageBody(BaseModel):
    """Characters `start` to `end` of one version of an article."""

    article_id: str
    title: str
    version: str
    start: int
    end: int
    text: str
    score: float
    visibility: Visibility


class FoundBody(BaseModel):
    """Passages, best first, and the index generation they came from."""

    generation: str
    passages: list[PassageBody]


class ArticleBody(BaseModel):
    """An article as it was in `version`; `current` false when a newer version is published."""

    id: str
    title: str
    version: str
    text: str
    blocks: list[ShownBlock]
    specific_extra: str | None
    updated_at: str | None
    url: str | None
    current: bool


def passage_body(passage: Passage) -> PassageBody:
    """One passage of a search result."""
    chunk = passage.chunk
    return PassageBody(
        article_id=chunk.article_id,
        title=chunk.title,
        version=chunk.article_version,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        score=passage.score,
        visibility=passage.article.visibility,
    )


def article_body(article: Article, *, current: bool) -> ArticleBody:
    """The article with its text as typed blocks."""
    return ArticleBody(
        id=article.id,
        title=article.title,
        version=article.version,
        text=article.text,
        blocks=list(render(article.text, leads=placed(article))),
        specific_extra=article.specific_extra,
        updated_at=article.updated_at.isoformat() if article.updated_at else None,
        url=article.url,
        current=current,
    )
