"""Owns how a route changes a ticket: in one transaction of somebody at the desk, told to all who listen once it stands;
what is looked at first where one is closed or put off.

Refuses to know what is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.allowances import given
from bot.api import callers
from bot.api.callers import Credentials
from bot.api.service import Service
from bot.api.ticket_shapes import TicketBody, ticket_body
from bot.complaints import closing
from bot.desk import doubts, snooze
from bot.desk.accounts import Account
from bot.handoff.ticket import Ticket
from bot.storage import clock


@dataclass(frozen=True, slots=True)
class Closing:
    """How somebody closes a ticket: the version they saw, why promises are given up, whether they mean it anyhow."""

    version: int | None
    confirmed: bool
    reason: str = ""


def changed(service: Service, caller: Credentials, change: Callable[[Connection, Account], Ticket]) -> TicketBody:
    """The ticket as `change` left it."""
    with service.assistant.database.transaction() as tx:
        ticket = change(tx, callers.desk(tx, caller, changes=True))
    service.committed(ticket.conversation_id)
    return ticket_body(ticket)


def before_closing(
    tx: Connection, service: Service, ticket_id: str, account: Account, asked: Closing, *, to_bot: bool = False
) -> None:
    """OpenPromises without a reason to give them up; ConfirmFirst when something speaks against closing it and the
    caller wants to be asked."""
    assistant = service.assistant
    policies, words = assistant.policies, assistant.responder.small_talk
    closing.before_closing(tx, policies, ticket_id, account, asked.reason)
    if not asked.confirmed:
        waits = given.unanswered(tx, policies, ticket_id)
        doubts.before_closing(tx, policies, words, ticket_id, account, asked.version, to_bot=to_bot, more=waits)


def snoozed(
    tx: Connection, ticket_id: str, account: Account, until: datetime, version: int | None, *, confirmed: bool
) -> Ticket:
    """The ticket, put off; ConfirmFirst as `before_closing`."""
    moment = clock.write(until)
    if not confirmed:
        doubts.before_snoozing(tx, ticket_id, account, moment, version)
    return snooze.snooze(tx, ticket_id, account, moment, version)
