"""Owns giving a conversation to a person: ticket, outbox row and messages in the caller's transaction.

Refuses a second open ticket for one conversation: the open one is refreshed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from bot.conversation import conversations, messages
from bot.conversation.conversations import Conversation, State
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import TOLD
from bot.decision.outcome import Reason
from bot.events import log, outbox
from bot.events.log import EventKind
from bot.events.outbox import Topic
from bot.handoff.packet import HandoffPacket, ServiceTarget
from bot.handoff.ticket import OPEN, Ticket, TicketStatus, change, from_row
from bot.storage import clock
from bot.storage.commit_lines import tell_log
from bot.storage.record import decode, encode
from bot.storage.tables import outbox as rows
from bot.storage.tables import tickets

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """Whom a website vouched for; what is not known is empty."""

    external_id: str
    name: str
    email: str
    region: str
    plan: str
    language: str
    tier: str


@dataclass(frozen=True, slots=True)
class TicketCreated:
    """The outbox payload from which another help desk makes its ticket."""

    ticket_id: str
    conversation_id: str
    reason: Reason
    category: str | None
    team: str
    priority: str
    goal: str
    created_at: str
    first_response_due: str
    resolution_due: str
    packet: HandoffPacket
    customer: KnownCustomer | None = None


def hand_off(
    tx: Connection,
    conversation_id: str,
    packet: HandoffPacket,
    *,
    client_id: str | None = None,
    turn: DataclassInstance | None = None,
) -> Ticket:
    """Store the handoff; record first, deliver later from the outbox row. NotFound without a conversation.

    A new ticket tells the customer `packet.target.told_customer`, in a message that carries `client_id` and
    the bot's `turn` note. An open ticket keeps its team and what was promised: only an earlier due time
    replaces the one told.
    """
    # Two handoffs of one conversation at a time would both find no open ticket (PostgreSQL).
    conversations.lock(tx, conversation_id)
    conversation = conversations.load(tx, conversation_id)
    before = _open_ticket(tx, conversation_id)
    ticket = _refresh(tx, before, packet) if before else _create(tx, conversation, packet)
    if ticket.status is TicketStatus.WAITING:
        conversations.set_state(tx, conversation, State.WAITING)
    if before is None or before.packet.target != ticket.packet.target:
        told = ticket.packet.target.told_customer
        messages.append(tx, conversation_id, Speaker.SYSTEM, told, client_id=client_id, turn=turn)
    log.append(tx, conversation_id, EventKind.TICKET, change(ticket))
    tell_log(tx, "handed_over", conversation=conversation_id, ticket=ticket.id, reason=ticket.reason)
    return ticket


def redact_draft(tx: Connection, ticket: Ticket) -> None:
    """Take the held-back answer out of what is, or was, queued for the help desk outside."""
    key = f"{Topic.TICKET_CREATED}:{ticket.id}"
    queued = tx.execute(select(rows.c.payload).where(rows.c.key == key)).scalar_one_or_none()
    if queued is not None:
        created = decode(TicketCreated, queued)
        outbox.redact(tx, key, replace(created, packet=created.packet.without_draft()))


def _open_ticket(tx: Connection, conversation_id: str) -> Ticket | None:
    query = select(tickets).where(tickets.c.conversation_id == conversation_id, tickets.c.status.in_(OPEN))
    row = tx.execute(query).mappings().first()
    return from_row(row) if row is not None else None


def _known(tx: Connection, conversation: Conversation) -> KnownCustomer | None:
    if conversation.customer_id is None:
        return None
    customer = records.load(tx, conversation.customer_id)
    return KnownCustomer(**{name: getattr(customer, name) or "" for name in ("external_id", *TOLD)})


def _create(tx: Connection, conversation: Conversation, packet: HandoffPacket) -> Ticket:
    ticket_id, moment, target = secrets.token_hex(12), clock.now(), packet.target
    values = {
        "id": ticket_id,
        "conversation_id": conversation.id,
        "status": TicketStatus.WAITING,
        "reason": packet.reason,
        "category": packet.category,
        "team": target.team,
        "priority": target.priority,
        "goal": packet.goal,
        "packet": encode(packet),
        "version": 1,
        "created_at": moment,
        "first_response_due": target.first_response_due,
        "resolution_due": target.resolution_due,
    }
    ticket = from_row(tx.execute(insert(tickets).values(values).returning(tickets)).mappings().one())
    outbox.put(tx, Topic.TICKET_CREATED, ticket_id, _created(ticket, _known(tx, conversation)))
    return ticket


def _refresh(tx: Connection, ticket: Ticket, packet: HandoffPacket) -> Ticket:
    """The open ticket with what is known now; never later than promised, never with another reason.

    What the first handoff looked up and held back is not looked up again: it stays with the reason.
    """
    before = ticket.packet
    same = packet.category in (None, ticket.category)
    kept = replace(
        packet,
        reason=ticket.reason if same else packet.reason,
        category=packet.category or ticket.category,
        missing=before.missing if same else packet.missing,
        draft_reply=before.draft_reply if same else packet.draft_reply,
        draft_from=before.draft_from if same else packet.draft_from,
        topic=packet.topic or before.topic,
        heard=before.heard,
        target=sooner(before.target, packet.target),
    )
    values = {
        "reason": kept.reason,
        "category": kept.category,
        "team": kept.target.team,
        "priority": kept.target.priority,
        "goal": kept.goal,
        "packet": encode(kept),
        "version": ticket.version + 1,
        "first_response_due": kept.target.first_response_due,
        "resolution_due": kept.target.resolution_due,
        "snoozed_until": None,
    }
    changed = update(tickets).where(tickets.c.id == ticket.id).values(values).returning(tickets)
    return from_row(tx.execute(changed).mappings().one())


def sooner(promised: ServiceTarget, now: ServiceTarget) -> ServiceTarget:
    """The one with the earlier first response: never later than promised. ISO UTC text sorts as time."""
    return now if now.first_response_due < promised.first_response_due else promised


def _created(ticket: Ticket, customer: KnownCustomer | None) -> TicketCreated:
    return TicketCreated(
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        reason=ticket.reason,
        category=ticket.category,
        team=ticket.team,
        priority=ticket.priority,
        goal=ticket.goal,
        created_at=ticket.created_at,
        first_response_due=ticket.first_response_due,
        resolution_due=ticket.resolution_due,
        packet=ticket.packet,
        customer=customer,
    )
