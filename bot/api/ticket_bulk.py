"""Owns the route that does one thing to several tickets. Refuses their rules: see desk."""

from __future__ import annotations

from typing import TypeVar

from fastapi import APIRouter
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Service, Serving
from bot.api.ticket_changes import Closing, before_closing, snoozed
from bot.api.ticket_work_shapes import BulkBody, BulkDeed, BulkPost, result_body
from bot.desk import accounts, bulk, tags, tickets, transfer
from bot.desk.accounts import Account
from bot.desk.bulk import Chosen, Deed
from bot.errors import BadRequest
from bot.handoff.ticket import Ticket

router = APIRouter(tags=["desk"])

T = TypeVar("T")


@router.post("/v1/tickets/bulk")
def change_many(body: BulkPost, service: Serving, caller: Caller) -> BulkBody:
    """Assign, tag, snooze or resolve a selection. Each ticket has its own result; one that changed is left as it is."""
    chosen = [Chosen(one.id, one.version) for one in body.tickets]
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        results = bulk.each(tx, chosen, _deed(tx, service, body, account))
    for result in results:
        if result.ticket is not None:
            service.committed(result.ticket.conversation_id)
    return BulkBody(results=[result_body(result) for result in results])


def _deed(tx: Connection, service: Service, body: BulkPost, account: Account) -> Deed:
    match body.deed:
        case BulkDeed.ASSIGN:
            to = accounts.load(tx, body.account_id) if body.account_id else account
            return lambda tx, ticket, version: transfer.assign(tx, ticket, account, to, version)
        case BulkDeed.TAG:
            tag = _needed(body.tag, "tag")
            return lambda tx, ticket, version: tags.add(tx, ticket, account, tag, version)
        case BulkDeed.SNOOZE:
            until = _needed(body.until, "until")
            return lambda tx, ticket, version: snoozed(
                tx, ticket, account, until, version, confirmed=body.confirmed
            )
        case BulkDeed.RESOLVE:
            return lambda tx, ticket, version: _resolve(tx, service, ticket, account, body, version)


def _resolve(
    tx: Connection, service: Service, ticket_id: str, account: Account, body: BulkPost, version: int
) -> Ticket:
    """As the single ticket is resolved; what waits there is not given up for many at a time."""
    before_closing(tx, service, ticket_id, account, Closing(version, body.confirmed))
    return tickets.resolve(tx, ticket_id, account, body.note, version)


def _needed(value: T | None, name: str) -> T:
    if value is None:
        raise BadRequest(f"Say {name}, too.")
    return value
