"""Owns the routes of the promise ledger. Refuses to make a promise: the reply it stands in does."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.promise_shapes import PreviewBody, PreviewPost, PromiseBody, PromisesBody, preview_body, promise_body
from bot.api.service import Serving
from bot.desk import customer_of, tickets
from bot.promises import ledger, saying
from bot.promises.promise import Offer

router = APIRouter(tags=["desk"])


@router.get("/v1/tickets/{ticket_id}/promises")
def list_promises(ticket_id: str, service: Serving, caller: Caller) -> PromisesBody:
    """What was promised to the customer of this ticket, and what became of it."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        found = ledger.of_ticket(tx, tickets.load(tx, ticket_id).id)
    return PromisesBody(promises=[promise_body(promise) for promise in found])


@router.post("/v1/tickets/{ticket_id}/promises/preview")
def preview(ticket_id: str, body: PreviewPost, service: Serving, caller: Caller) -> PreviewBody:
    """The sentence and the time of a promise, for the reply; nothing is promised yet."""
    policies, now = service.assistant.policies, datetime.now(UTC)
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller, changes=True)
        customer = customer_of.of_ticket(tx, policies, tickets.load(tx, ticket_id))
    saying.kind_of(policies, body.kind)
    due = body.due_at or saying.due_after(customer, body.minutes or 0, now)
    saying.check_due(policies, customer, due, now)
    return preview_body(body.kind, due, saying.sentence(policies, customer, Offer(body.kind, due)))


@router.post("/v1/promises/{promise_id}/keep")
def keep(promise_id: str, service: Serving, caller: Caller) -> PromiseBody:
    """Say that it was done; after its due time it stays broken, done late."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        promise = ledger.keep(tx, promise_id, account)
    service.committed(promise.conversation_id)
    return promise_body(promise)


@router.post("/v1/promises/{promise_id}/take")
def take(promise_id: str, service: Serving, caller: Caller) -> PromiseBody:
    """Become its owner: the one who has to keep it."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        promise = ledger.take(tx, promise_id, account)
    service.committed(promise.conversation_id)
    return promise_body(promise)
