"""Owns the JSON of saved views. Refuses unknown fields in what is sent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from bot.api.conversation_shapes import Sent
from bot.api.ticket_shapes import QueueFilter
from bot.desk.accounts import Account
from bot.desk.queue import View
from bot.desk.saved_views import LONGEST_NAME, SavedView

ViewName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]


class SavedViewPost(QueueFilter):
    """What is looked at, as for `GET /v1/tickets`, and its name; `shared` is for leads."""

    name: ViewName
    shared: bool = False


class SavedViewChange(Sent):
    """Its name and whether everybody sees it from now on."""

    name: ViewName
    shared: bool = False


class SavedViewBody(BaseModel):
    """A saved view; `owner` is a name, and `yours_to_change` says whether the caller may rename or delete it."""

    id: str
    name: str
    owner: str
    view: View
    team: str | None
    tag: str | None
    q: str
    shared: bool
    yours_to_change: bool


class SavedViewsBody(BaseModel):
    """The caller's own and those that leads share, by name."""

    views: list[SavedViewBody]


def saved_view_body(view: SavedView, account: Account) -> SavedViewBody:
    """As this person sees it."""
    same = {name: getattr(view, name) for name in ("id", "name", "owner", "team", "tag", "shared")}
    return SavedViewBody(**same, view=view.show, q=view.words, yours_to_change=view.may_change(account))
