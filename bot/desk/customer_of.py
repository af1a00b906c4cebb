"""Owns what the desk goes by for the customer of a ticket: who, region, plan, tier, language. Refuses to guess: what is
not known is the policies' default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.conversation import conversations
from bot.desk import record_of
from bot.desk.record_of import ProvenBy, Record
from bot.handoff.business_hours import Region
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage.mail_tables import mail_threads
from bot.storage.tables import contacts
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


def names_of(tx: Connection, tickets: Collection[Ticket], known: Mapping[str, Record]) -> Mapping[str, str]:
    """What to call the customers of these tickets, by ticket: as their record has it, as typed, else the address they
    mail from or gave; a customer of whom nothing is known is not there. `known` are the records by conversation."""
    query = (
        select(conversation_rows.c.id, contacts.c.name, contacts.c.email, mail_threads.c.address)
        .outerjoin(contacts, contacts.c.conversation_id == conversation_rows.c.id)
        .outerjoin(mail_threads, mail_threads.c.conversation_id == conversation_rows.c.id)
        .where(conversation_rows.c.id.in_({ticket.conversation_id for ticket in tickets}))
    )
    called = {}
    for conversation_id, typed, given, address in tx.execute(query):
        record = known.get(conversation_id)
        told = (record.customer.name, record.customer.email) if record else ("", "")
        called[conversation_id] = told[0] or typed or told[1] or given or address
    return {ticket.id: name for ticket in tickets if (name := called[ticket.conversation_id])}


def of_ticket(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> TicketCustomer:
    """The conversation's own region, else the one that the packet's due times go by. A tier gives times, and is that of
    the record that the desk goes by; a plan brings allowances, so it counts only where a website vouched for it."""
    conversation = conversations.load(tx, ticket.conversation_id)
    record = record_of.of_conversation(tx, conversation.id)
    return TicketCustomer(
        id=conversation.customer_id,
        region=policies.hours.region(conversation.region or ticket.packet.target.region, ticket.packet.language),
        plan=record.plan if record and record.proven_by is ProvenBy.WEBSITE else None,
        tier=record.tier if record else None,
        language=ticket.packet.language,
    )
