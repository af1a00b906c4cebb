"""Owns whose a conversation is once its visitor signs in on the website. Refuses whoever did not open it themselves."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import OpenedBody, SignedInPost
from bot.api.conversations import opened_body, verified
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.conversation import conversations, devices
from bot.conversation.conversations import Opened
from bot.customers import records
from bot.desk import notices, tickets
from bot.desk.notices import Work
from bot.errors import Conflict
from bot.events import log

CAME_BY_LINK = "This conversation came here by a link; only where it began can it become that of a known customer."

router = APIRouter(prefix="/v1/conversations", tags=["visitor"], dependencies=[Limited])


@router.post("/{conversation_id}/customer")
def signed_in(conversation_id: str, body: SignedInPost, service: Serving, caller: VisitorCaller) -> OpenedBody:
    """Whoever opened the conversation signed in since: it goes on as theirs, with a new key; no other opens it.

    A link may bring anybody into a stranger's conversation: what is said there must not become theirs by signing in,
    nor may the stranger read on.
    """
    told = verified(body.identity, service.assistant.settings)
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        if not conversations.opens(tx, conversation_id, caller.bearer or ""):
            raise Conflict(CAME_BY_LINK)
        theirs = conversations.vouch(tx, conversations.load(tx, conversation_id), records.upsert(tx, told))
        token = devices.add(tx, conversation_id)
        devices.revoke_others(tx, conversation_id, token)
        ticket = tickets.latest(tx, conversation_id)
        if ticket is not None:
            notices.worked(tx, ticket, None, Work.SIGNED_IN)
        last = log.last_id(tx, conversation_id)
    service.assistant.hub.doubt(conversation_id)
    service.committed(conversation_id)
    return opened_body(service, Opened(theirs, token), last, resumed=True)
