"""Owns the ticket of a customer who asked for a person before saying why: once they say it, the ticket follows from it.

Refuses a ticket that somebody took, and a second time: what is said later is read in the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.access import Viewer
from bot.carry_out import circumstances, lay_before_somebody
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Reason
from bot.decision.policy import Action
from bot.decision.small_talk import is_small_talk
from bot.desk import notices, tickets
from bot.desk.notices import Work
from bot.events import log
from bot.events.log import EventKind
from bot.handoff.goal import states_problem
from bot.handoff.hand_off import sooner
from bot.handoff.packet import HandoffPacket, ServiceTarget
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import higher
from bot.handoff.ticket import Ticket, TicketStatus, change
from bot.respond import ASKS_PERSON, Responder, look_up
from bot.retrieval.passage import SearchResult
from bot.storage import clock
from bot.storage.engine import Database


def take_up(
    database: Database, parts: Responder, policies: HandoffPolicies, viewer: Viewer, message: Message
) -> bool:
    """Let the ticket follow from the message, which is stored, if it is the first with a subject; false if not."""
    if is_small_talk(message.text, parts.small_talk) or not states_problem(message.text, policies.facts):
        return False
    with database.snapshot() as tx:
        if _unheard(tx, message) is None:
            return False
    found, category = look_up(parts, message.text, viewer), category_of(parts, message.text)
    with database.transaction() as tx:
        # Nobody hands it over again until the transaction is over (PostgreSQL).
        conversations.lock(tx, message.conversation_id)
        ticket = _unheard(tx, message)
        if ticket is None:
            return False
        given = _given(tx, ticket, viewer, found, category)
        packet = build(given, policies, clock.read(clock.now()))
        if packet.heard:
            lay_before_somebody(tx, policies, follow(tx, policies, ticket, packet, Work.EXPLAINED))
    return packet.heard


def _unheard(tx: Connection, message: Message) -> Ticket | None:
    ticket = tickets.latest(tx, message.conversation_id)
    if ticket is None or ticket.status is not TicketStatus.WAITING or ticket.claimed_at is not None:
        return None
    return None if ticket.packet.heard else ticket


def category_of(parts: Responder, text: str, context: Sequence[Utterance] = ()) -> str | None:
    """The sensitive topic for which the message would go to a person; None for any other."""
    screening = parts.screen.screen(text, context)
    ordinary = screening.action is not Action.HAND_OFF or screening.category == ASKS_PERSON
    return None if ordinary else screening.category


def _given(
    tx: Connection, ticket: Ticket, viewer: Viewer, found: SearchResult, category: str | None
) -> Circumstances:
    before = Reason.ASKED_FOR_PERSON if ticket.reason is Reason.FIRST_CLICK else ticket.reason
    reason = Reason.SENSITIVE if category else before
    conversation = conversations.load(tx, ticket.conversation_id)
    given = circumstances(tx, conversation, viewer, reason)
    return replace(given, reason=reason, category=category or ticket.category, found=found)


def follow(tx: Connection, policies: HandoffPolicies, ticket: Ticket, packet: HandoffPacket, work: Work) -> Ticket:
    """Let the open ticket be what the packet, built from all that was said, makes of it: never later than promised nor
    less urgent, and told to the customer where a time changes."""
    target = _target(ticket.packet.target, packet.target)
    stored = tickets.store(
        tx,
        replace(
            ticket,
            reason=packet.reason,
            category=packet.category,
            team=target.team,
            priority=target.priority,
            goal=packet.goal,
            packet=replace(packet, target=target),
            first_response_due=target.first_response_due,
            resolution_due=target.resolution_due,
        ),
    )
    notices.worked(tx, stored, None, work)
    if stored.team != ticket.team:
        notices.rerouted(tx, stored, policies.routing.teams[stored.team])
    if target.told_customer != ticket.packet.target.told_customer:
        messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, target.told_customer)
        log.append(tx, ticket.conversation_id, EventKind.TICKET, change(stored))
    return stored


def _target(promised: ServiceTarget, now: ServiceTarget) -> ServiceTarget:
    """Where it belongs now, never later than promised; a team that somebody of the desk chose stays."""
    target = sooner(promised, now)
    chosen = promised if not promised.rule else now
    return replace(target, team=chosen.team, rule=chosen.rule, priority=higher(promised.priority, now.priority))
