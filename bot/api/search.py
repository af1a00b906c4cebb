"""Owns the search route. Refuses to rank what the caller may not see: search filters first."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.limited import Limited
from bot.api.search_shapes import FoundBody, SearchPost, passage_body
from bot.api.service import Serving
from bot.errors import BadRequest
from bot.retrieval.search import search
from bot.retrieval.standalone import alone
from bot.storage.clean_text import blank

router = APIRouter(tags=["knowledge"], dependencies=[Limited])


@router.post("/v1/search")
def find(body: SearchPost, service: Serving, caller: Caller) -> FoundBody:
    """Passages for a question: public ones for everybody, internal ones too for staff and services."""
    viewer = callers.anybody(service.assistant.database, caller)
    if blank(body.query):
        raise BadRequest("`query` is empty.")
    parts = service.assistant.responder
    index = parts.live.current()
    found = search(index, parts.encoder, alone(body.query, index.spelling.corrected), viewer, body.k)
    passages = [passage_body(passage) for passage in found.passages]
    return FoundBody(generation=found.generation, passages=passages[: body.k])
