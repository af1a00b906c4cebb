"""Owns opening a resolved ticket again: the same one, with its history and an honest new time. Refuses to open a second
one: hand_off.py does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import accounts, assignment, notes, notices, tickets
from bot.desk.notices import Work
from bot.desk.sequel import target_again
from bot.errors import Conflict
from bot.events import log
from bot.events.log import EventKind
from bot.events.outbox import Topic
from bot.handoff.packet import ServiceTarget
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket, TicketStatus, change

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

AUTHOR = "Still fine?"


def reopen(
    tx: Connection,
    policies: HandoffPolicies,
    ticket: Ticket,
    why: str,
    client_id: str | None = None,
    *,
    author: str = AUTHOR,
    turn: DataclassInstance | None = None,
    target: ServiceTarget | None = None,
) -> Ticket:
    """The ticket waits for a person again, in its team, with times that count from now, or those of `target`; the
    customer is told them.

    Whoever had it is called by a note that says `why`. Conflict when it is not the conversation's last one, or not
    resolved.
    """
    last = tickets.latest(tx, ticket.conversation_id)
    if last is None or last.id != ticket.id or ticket.status is not TicketStatus.RESOLVED:
        raise Conflict("This ticket cannot be opened again: it goes on elsewhere.")
    opened = tickets.store(tx, _waiting(ticket, target or target_again(tx, policies, ticket)))
    tickets.move(tx, ticket.conversation_id, State.WAITING)
    told = opened.packet.target.told_customer
    messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, told, client_id=client_id, turn=turn)
    notices.worked(tx, opened, None, Work.REOPENED)
    log.append(tx, ticket.conversation_id, EventKind.TICKET, change(opened))
    notices.customer_did(tx, Topic.TICKET_REOPENED, opened, why)
    called = [accounts.load(tx, ticket.assignee)] if ticket.assignee else []
    notes.put(tx, opened, author, why, called)
    assignment.assign(tx, policies.workload, opened)
    return opened


def _waiting(ticket: Ticket, target: ServiceTarget) -> Ticket:
    return replace(
        ticket,
        status=TicketStatus.WAITING,
        team=target.team,
        priority=target.priority,
        assignee=None,
        packet=replace(ticket.packet, target=target),
        first_response_due=target.first_response_due,
        resolution_due=target.resolution_due,
        first_response_at=None,
        closed_at=None,
    )
