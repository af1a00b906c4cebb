"""Owns what the desk goes by for the customer of a ticket: who, region, plan, tier, language. Refuses to guess: what is
not known is the policies' default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.conversation import conversations
from bot.customers import records
from bot.handoff.business_hours import Region
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage.mail_tables import mail_threads
from bot.storage.tables import contacts, customers
from bot.storage.tables import conversations as conversation_rows


@dataclass(frozen=True, slots=True)
class TicketCustomer:
    """`id` is None for somebody nobody vouched for, whose plan nobody knows either; `region` has the clock and the
    currency."""

    id: str | None
    region: Region
    plan: str | None
    language: str
    tier: str | None = None


def tier_of(tx: Connection, customer_id: str | None) -> str | None:
    """The customer's tier as policies name it, in small letters; None for who has none, or is nobody known."""
    return _named(records.load(tx, customer_id).tier) if customer_id else None


def plan_of(tx: Connection, customer_id: str | None) -> str | None:
    """The plan that the customer's record has, in small letters. What a page or the customer says of it is only claimed
    and chooses articles, nothing else."""
    return _named(records.load(tx, customer_id).plan) if customer_id else None


def tiers_of(tx: Connection, tickets: Collection[Ticket]) -> Mapping[str, str]:
    """The tiers of these tickets' customers by ticket, as `tier_of` names them; a customer without one is not there."""
    query = (
        select(conversation_rows.c.id, customers.c.tier)
        .join(customers, customers.c.id == conversation_rows.c.customer_id)
        .where(conversation_rows.c.id.in_({ticket.conversation_id for ticket in tickets}))
    )
    known = {row.id: tier for row in tx.execute(query) if (tier := _named(row.tier))}
    return {ticket.id: known[ticket.conversation_id] for ticket in tickets if ticket.conversation_id in known}


def names_of(tx: Connection, tickets: Collection[Ticket]) -> Mapping[str, str]:
    """What to call the customers of these tickets, by ticket: as vouched for, as typed, else the address they mail from
    or gave; a customer of whom nothing is known is not there."""
    query = (
        select(
            conversation_rows.c.id, customers.c.name, contacts.c.name.label("typed"), customers.c.email,
            contacts.c.email.label("given"), mail_threads.c.address,
        )
        .outerjoin(customers, customers.c.id == conversation_rows.c.customer_id)
        .outerjoin(contacts, contacts.c.conversation_id == conversation_rows.c.id)
        .outerjoin(mail_threads, mail_threads.c.conversation_id == conversation_rows.c.id)
        .where(conversation_rows.c.id.in_({ticket.conversation_id for ticket in tickets}))
    )  # fmt: skip
    called = {row[0]: next(filter(None, row[1:]), None) for row in tx.execute(query)}
    return {ticket.id: name for ticket in tickets if (name := called[ticket.conversation_id])}


def _named(told: str | None) -> str | None:
    return told.strip().casefold() if told else None


def of_ticket(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> TicketCustomer:
    """The conversation's own region, else the one that the packet's due times go by; a plan brings allowances, so it
    counts only where it is vouched for."""
    conversation = conversations.load(tx, ticket.conversation_id)
    return TicketCustomer(
        id=conversation.customer_id,
        region=policies.hours.region(conversation.region or ticket.packet.target.region, ticket.packet.language),
        plan=plan_of(tx, conversation.customer_id),
        tier=tier_of(tx, conversation.customer_id),
        language=ticket.packet.language,
    )
