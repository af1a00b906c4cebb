"""Owns the routes of saved views of the queue. Refuses their rules: desk/saved_views.py has them."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.queue_view_shapes import (
    SavedViewBody,
    SavedViewChange,
    SavedViewPost,
    SavedViewsBody,
    saved_view_body,
)
from bot.api.service import Serving
from bot.desk import saved_views
from bot.desk.queue import Wanted

router = APIRouter(tags=["desk"])


@router.get("/v1/desk/views")
def list_views(service: Serving, caller: Caller) -> SavedViewsBody:
    """The caller's saved views of the queue, and those that leads share."""
    with service.assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller)
        seen = saved_views.seen_by(tx, account.id)
    return SavedViewsBody(views=[saved_view_body(view, account) for view in seen])


@router.post("/v1/desk/views")
def save_view(body: SavedViewPost, service: Serving, caller: Caller) -> SavedViewBody:
    """Keep a view with its team, tag and words under a name."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        wanted = Wanted(body.view, account.id, body.team or None, body.tag or None, words=body.q)
        view = saved_views.save(tx, account, wanted, body.name, shared=body.shared)
    return saved_view_body(view, account)


@router.post("/v1/desk/views/{view_id}")
def change_view(view_id: str, body: SavedViewChange, service: Serving, caller: Caller) -> SavedViewBody:
    """Give a saved view another name, share it, or keep it to oneself again."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        view = saved_views.change(tx, view_id, account, body.name, shared=body.shared)
    return saved_view_body(view, account)


@router.delete("/v1/desk/views/{view_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_view(view_id: str, service: Serving, caller: Caller) -> None:
    """Forget a saved view; tickets are untouched."""
    with service.assistant.database.transaction() as tx:
        saved_views.remove(tx, view_id, callers.desk(tx, caller, changes=True))
