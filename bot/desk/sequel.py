"""Owns what a ticket has of the one before it in its conversation: team, urgency, topic, and a link both ways.
Refuses to open one: hand_off.py does."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.desk import customer_of, notices
from bot.desk.notices import Work
from bot.handoff.packet import HandoffPacket, ServiceTarget
from bot.handoff.policies import HandoffPolicies
from bot.handoff.routing import Case, Routed
from bot.handoff.service_level import Priority
from bot.handoff.target import target_for
from bot.handoff.ticket import OPEN, Ticket
from bot.storage import clock


def target_again(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> ServiceTarget:
    """The ticket's team and urgency with times that count from now."""
    customer = customer_of.of_ticket(tx, policies, ticket)
    routed = Routed(ticket.team, Priority(ticket.priority), ticket.packet.target.rule)
    case = Case(
        category=ticket.category, tier=customer.tier, region=customer.region.id, language=ticket.packet.language
    )
    return target_for(policies, routed, case, clock.read(clock.now()))


def of_before(tx: Connection, policies: HandoffPolicies, packet: HandoffPacket, before: Ticket) -> HandoffPacket:
    """The packet of who goes on about `before`: for its team, as urgent as that was or as the words are now."""
    target = target_again(tx, policies, before)
    sooner = min(target, packet.target, key=lambda each: each.first_response_due)
    return replace(
        packet,
        topic=before.packet.topic or packet.topic,
        target=target if sooner is target else replace(packet.target, team=before.team),
    )


def link(tx: Connection, before: Ticket, ticket: Ticket) -> None:
    """Write into both histories that `ticket` follows `before`; not of the same one, nor of one still open."""
    if before.id != ticket.id and before.status not in OPEN:
        notices.worked(tx, before, None, Work.FOLLOWED_BY, ticket.id)
        notices.worked(tx, ticket, None, Work.FOLLOWS, before.id)
