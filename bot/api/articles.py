"""Owns opening an article, now or as it was cited. Refuses what the caller may not see today."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from bot.access import Viewer
from bot.api import callers
from bot.api.callers import Caller
from bot.api.limited import Limited
from bot.api.search_shapes import ArticleBody, article_body
from bot.api.service import Serving
from bot.errors import NotFound
from kb_ingest.article import Article

router = APIRouter(tags=["knowledge"], dependencies=[Limited])

Version = Annotated[str | None, Query(pattern="^[0-9a-f]{12}$", description="As cited; empty: as published now.")]


@router.get("/v1/articles/{article_id:path}")
def open_article(article_id: str, service: Serving, caller: Caller, version: Version = None) -> ArticleBody:
    """The article in the version that was cited. One that is not published any more opens in no version."""
    viewer = callers.reader(service.assistant.database, caller)
    live = service.assistant.live
    published = _visible(live.article(article_id), viewer)
    shown = published if version in (None, published.version) else live.article(article_id, version)
    return article_body(_visible(shown, viewer), current=shown is published)


def _visible(article: Article | None, viewer: Viewer) -> Article:
    # Today's visibility counts for old versions too: an article made internal is internal throughout.
    if article is None or not viewer.may_see(article):
        raise NotFound("There is no such article.")
    return article
