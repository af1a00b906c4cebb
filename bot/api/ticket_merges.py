"""Owns the routes of merging two tickets of one customer, for the desk and for the customer. Refuses to decide: merging
does."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller, VisitorCaller
from bot.api.conversation_shapes import OpenedBody
from bot.api.conversations import opened_body
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.api.ticket_shapes import ticket_body
from bot.api.ticket_work_shapes import MergedBody, MergePost, OthersBody
from bot.conversation import conversations, devices, joins
from bot.conversation.conversations import Opened
from bot.desk import tickets
from bot.errors import Conflict
from bot.events import log
from bot.merging.merge import Seen, merge
from bot.merging.same_person import other_open_tickets

router = APIRouter()


@router.get("/v1/tickets/{ticket_id}/others", tags=["desk"])
def list_others(ticket_id: str, service: Serving, caller: Caller) -> OthersBody:
    """What this ticket could be merged into: the same customer's other open tickets."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        found = other_open_tickets(tx, tickets.load(tx, ticket_id))
    return OthersBody(tickets=[ticket_body(ticket) for ticket in found])


@router.post("/v1/tickets/{ticket_id}/merge", tags=["desk"])
def merge_ticket(ticket_id: str, body: MergePost, service: Serving, caller: Caller) -> MergedBody:
    """End this ticket and go on in another one of the customer, which has everything of both. It cannot be undone."""
    policies, seen = service.assistant.policies, Seen(body.version, body.into_version)
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        done = merge(tx, policies, ticket_id, body.into, account, seen)
    service.committed(done.ended.conversation_id)
    service.committed(done.kept.conversation_id)
    if done.created:
        service.metrics.merges.inc()
    return MergedBody(ended=ticket_body(done.ended), ticket=ticket_body(done.kept))


@router.post("/v1/conversations/{conversation_id}/follow", tags=["visitor"], dependencies=[Limited])
def follow(conversation_id: str, service: Serving, caller: VisitorCaller) -> OpenedBody:
    """Go on where a merged conversation goes on: a key to that one, which is proven to be the same customer's."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        goes_on_in = joins.going_on(tx, conversation_id)
        if goes_on_in == conversation_id:
            raise Conflict("This conversation goes on here.")
        opened = Opened(conversations.load(tx, goes_on_in), devices.add(tx, goes_on_in))
        last = log.last_id(tx, goes_on_in)
    return opened_body(service, opened, last, resumed=True)
