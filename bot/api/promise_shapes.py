"""Owns the JSON of promises to customers. Refuses to be sent to a visitor: they read the sentence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from bot.api.conversation_shapes import Sent
from bot.api.field_types import Moment, PolicyKey
from bot.promises.promise import Offer, Promise, PromiseStatus
from bot.storage import clock

MOST_MINUTES = 60 * 24 * 30
MOST_OFFERS = 5


class OfferPost(Sent):
    """A promise of this kind, due then; what `promises/preview` answered."""

    kind: PolicyKey
    due_at: Moment


class PreviewPost(Sent):
    """Either `minutes` of opening time from now, or a time."""

    kind: PolicyKey
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None
    due_at: Moment | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> PreviewPost:
        if (self.minutes is None) == (self.due_at is None):
            raise ValueError("send either minutes or due_at")
        return self


class PreviewBody(BaseModel):
    """The sentence to put into the reply as it is, and the promise to send with it."""

    kind: str
    due_at: str
    sentence: str


class PromiseBody(BaseModel):
    """A promise; `owner` is an account id. A `broken` one may have been done late: `done_at`."""

    id: str
    ticket_id: str
    message_id: int
    kind: str
    sentence: str
    owner: str
    made_at: str
    due_at: str
    status: PromiseStatus
    done_at: str | None
    reason: str


class PromisesBody(BaseModel):
    """The ticket's promises, the first due first."""

    promises: list[PromiseBody]


def promise_body(promise: Promise) -> PromiseBody:
    """A stored promise."""
    return PromiseBody.model_validate(promise, from_attributes=True)


def preview_body(kind: str, due: datetime, sentence: str) -> PreviewBody:
    """A promise that is not made yet."""
    return PreviewBody(kind=kind, due_at=clock.write(due), sentence=sentence)


def offer(posted: OfferPost) -> Offer:
    """What the caller wants to promise."""
    return Offer(posted.kind, posted.due_at)
