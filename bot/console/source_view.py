"""Owns showing an article with one passage marked. Refuses what the reader may not see today."""

from __future__ import annotations

from dataclasses import dataclass

from bot.access import Viewer
from bot.answering.linked_words import placed
from bot.answering.rendering import ShownBlock, render
from bot.errors import NotFound
from bot.retrieval.live_index import LiveIndex
from kb_ingest.article import Article, Visibility


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` of one version of an article; None: the published one."""

    article_id: str
    version: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """The article as blocks before, in and after the passage; `current` is false for an earlier version."""

    article: Article
    before: tuple[ShownBlock, ...]
    marked: tuple[ShownBlock, ...]
    after: tuple[ShownBlock, ...]
    internal: bool
    current: bool


def look(live: LiveIndex, viewer: Viewer, passage: Passage) -> SourceView:
    """The passage in its article; NotFound when the article is not published or not for the viewer."""
    published = live.article(passage.article_id)
    if published is None or not viewer.may_see(published):
        raise NotFound("This article is not published any more.")
    article = live.article(passage.article_id, passage.version)
    if article is None or not viewer.may_see(article):
        raise NotFound("This version of the article is not kept any more.")
    start, end = max(passage.start, 0), max(passage.end, 0)
    leads = placed(article)
    return SourceView(
        article=article,
        before=render(article.text[:start], leads=leads),
        marked=render(article.text[start:end], leads=leads),
        after=render(article.text[end:], leads=leads),
        internal=article.visibility is not Visibility.PUBLIC,
        current=article.version == published.version,
    )
