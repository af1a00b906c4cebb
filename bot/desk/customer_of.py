"""Owns what the desk goes by for the customer of a ticket: who, region, plan, language. Refuses to guess: what is not
known is the policies' default."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation import conversations
from bot.handoff.business_hours import Region
from bot.handoff.packet import FactKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket


@dataclass(frozen=True, slots=True)
class TicketCustomer:
    """`id` is None for somebody nobody vouched for; `region` has the clock and the currency."""

    id: str | None
    region: Region
    plan: str | None
    language: str


def of_ticket(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> TicketCustomer:
    """The record of the conversation counts more than what was said, as in the packet's own due times."""
    conversation = conversations.load(tx, ticket.conversation_id)
    said = {fact.kind: fact.value for fact in reversed(ticket.packet.facts)}
    return TicketCustomer(
        id=conversation.customer_id,
        region=policies.hours.region(conversation.region or said.get(FactKind.REGION)),
        plan=conversation.plan or said.get(FactKind.PLAN),
        language=ticket.packet.language,
    )
