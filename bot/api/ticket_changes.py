"""Owns how a route changes a ticket: in one transaction of somebody at the desk, told to all who listen once it stands;
what is looked at first where a ticket is resolved.

Refuses to know what is changed.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Credentials
from bot.api.service import Service
from bot.api.ticket_shapes import TicketBody, ticket_body
from bot.desk import doubts
from bot.desk.accounts import Account
from bot.handoff.ticket import Ticket


def changed(service: Service, caller: Credentials, change: Callable[[Connection, Account], Ticket]) -> TicketBody:
    """The ticket as `change` left it."""
    with service.assistant.database.transaction() as tx:
        ticket = change(tx, callers.desk(tx, caller, changes=True))
    service.committed(ticket.conversation_id)
    return ticket_body(ticket)


def before_resolving(
    tx: Connection, service: Service, ticket_id: str, account: Account, version: int | None, *, confirmed: bool
) -> None:
    """ConfirmFirst when something speaks against it and the caller wants to be asked."""
    if not confirmed:
        assistant = service.assistant
        doubts.check(tx, assistant.policies, assistant.responder.small_talk, ticket_id, account, version)
