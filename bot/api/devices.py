"""Owns taking a conversation to another device: a code, its one use, closing others. Refuses to show a code twice."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import OpenedBody, ResumeCodeBody, ResumePost
from bot.api.conversations import opened_body, vouched_for
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.conversation import devices
from bot.conversation.conversations import Opened
from bot.customers import records
from bot.errors import SignInNeeded
from bot.events import log
from bot.storage import clock

NOT_YOURS = "This link is for the person who made it: please sign in on the website as the same customer."

router = APIRouter(prefix="/v1/conversations", tags=["visitor"], dependencies=[Limited])


@router.post("/resume")
def resume(body: ResumePost, service: Serving) -> OpenedBody:
    """Go on with a conversation on another device: its code works once. It takes the same identity, or none."""
    told = vouched_for(body.identity, service.assistant.settings)
    with service.assistant.database.transaction() as tx:
        conversation, token = devices.redeem(tx, body.code, clock.now())
        caller = records.upsert(tx, told).id if told else None
        if conversation.customer_id != caller:
            # Raised inside the transaction: the code stays good for the one whose it is. Nor is somebody who is
            # known led into a conversation that another can read.
            raise SignInNeeded(NOT_YOURS)
        last = log.last_id(tx, conversation.id)
    return opened_body(service, Opened(conversation, token), last, resumed=True)


@router.post("/{conversation_id}/devices", status_code=HTTPStatus.CREATED)
def hand_over(conversation_id: str, service: Serving, caller: VisitorCaller) -> ResumeCodeBody:
    """A code for another device; the one before is not good any more."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        made = devices.new_code(tx, conversation_id, clock.now())
    return ResumeCodeBody(code=made.code, expires_at=made.expires_at)


@router.delete("/{conversation_id}/devices", status_code=HTTPStatus.NO_CONTENT)
def close_others(conversation_id: str, service: Serving, caller: VisitorCaller) -> None:
    """This browser alone keeps the conversation: codes and every other browser's key are void."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        devices.revoke_others(tx, conversation_id, caller.bearer or "")
    service.assistant.hub.doubt(conversation_id)
