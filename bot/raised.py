"""Owns what a message raises that comes while a person has the conversation: a danger makes the open ticket as urgent
as if it had been said first, and what to do about it is told at once.

Refuses to make a ticket less urgent, to move it away from whoever took it, and to tell the same twice.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.access import Viewer
from bot.carry_out import HUMAN, circumstances, lay_before_somebody
from bot.conversation import conversations, joins, messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.desk import tickets
from bot.desk.notices import Work
from bot.first_words import category_of, follow
from bot.handoff.packet import HandoffPacket
from bot.handoff.packet_builder import build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import higher
from bot.handoff.ticket import OPEN, Ticket, TicketStatus
from bot.respond import Responder
from bot.storage import clock
from bot.storage.engine import Database


def raise_for(
    database: Database, parts: Responder, policies: HandoffPolicies, viewer: Viewer, message: Message
) -> bool:
    """Let the open ticket follow from a stored message that is more urgent than it, and tell what comes first in
    danger; false where there is nothing to raise or tell."""
    with database.snapshot() as tx:
        if conversations.load(tx, message.conversation_id).state not in HUMAN:
            return False
        said = joins.transcript(tx, message.conversation_id)
    category = category_of(parts, message.text, messages.utterances(one for one in said if one.id < message.id))
    if category is None:
        return False
    with database.transaction() as tx:
        # Nobody hands it over again until the transaction is over (PostgreSQL).
        conversations.lock(tx, message.conversation_id)
        ticket = tickets.latest(tx, message.conversation_id)
        return ticket is not None and ticket.status in OPEN and _raised(tx, policies, viewer, ticket, category)


def _raised(tx: Connection, policies: HandoffPolicies, viewer: Viewer, ticket: Ticket, category: str) -> bool:
    given = circumstances(tx, conversations.load(tx, ticket.conversation_id), viewer, Reason.SENSITIVE)
    given = replace(given, reason=Reason.SENSITIVE, category=category)
    packet = build(given, policies, clock.read(clock.now()))
    first = policies.wording.phrases(packet.language).notes.get(category, "")
    untold = bool(first) and not any(
        first in one.text for one in given.transcript if one.speaker is Speaker.SYSTEM
    )
    if higher(packet.target.priority, ticket.priority) != ticket.priority:
        waits = ticket.status is TicketStatus.WAITING
        stored = follow(tx, policies, ticket, packet if waits else _as_promised(packet, ticket), Work.RAISED)
        if waits:
            lay_before_somebody(tx, policies, stored)
        untold = untold and first not in stored.packet.target.told_customer
    elif not untold:
        return False
    if untold:
        messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, first)
    return True


def _as_promised(packet: HandoffPacket, ticket: Ticket) -> HandoffPacket:
    """Of a ticket that somebody has: theirs, with the times it had."""
    return replace(packet, target=replace(ticket.packet.target, priority=packet.target.priority))
