"""Owns the route by which any page of the desk learns what its reader has to hear. Refuses to choose it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.desk import notifications
from bot.desk.notifications import Why

router = APIRouter(tags=["desk"])

After = Annotated[int, Query(ge=0, le=2**62)]


class NotificationBody(BaseModel):
    """A ticket that became the caller's, was taken over from them, or has a note that calls them."""

    model_config = ConfigDict(from_attributes=True)

    why: Why
    by: str | None
    ticket_id: str
    goal: str


class NotificationsBody(BaseModel):
    """Oldest first; ask for those after `after` next."""

    model_config = ConfigDict(from_attributes=True)

    notifications: list[NotificationBody]
    after: int


@router.get("/v1/desk/notifications")
def read_notifications(service: Serving, caller: Caller, after: After = 0) -> NotificationsBody:
    """What the caller has to hear of what happened since the event `after`."""
    with service.assistant.database.snapshot() as tx:
        heard = notifications.since(tx, callers.desk(tx, caller), after)
    return NotificationsBody.model_validate(heard)
