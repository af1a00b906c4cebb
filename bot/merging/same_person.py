"""Owns whether two conversations are one person's, and which other tickets are. Refuses what somebody only typed.

A website vouched for the same customer number, or both have the same proven mail address. Two customer numbers are two
people, whatever their address. Whom a website vouches for is joined by address alone with what came by mail: of that
nobody holds a key, so nobody reads on who was not vouched for.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from bot.channels import mail_threads
from bot.channels.mail_address import usable
from bot.conversation import conversations
from bot.conversation.mail_proof import Channel, Proof
from bot.customers import records
from bot.handoff.ticket import OPEN, Ticket, from_row
from bot.storage.mail_tables import mail_threads as thread_rows
from bot.storage.tables import conversations as conversation_rows
from bot.storage.tables import customers
from bot.storage.tables import tickets as ticket_rows

MOST = 50


@dataclass(frozen=True, slots=True)
class Person:
    """Who has a conversation, as far as it is proven; `by_mail`: no browser has a key to it."""

    customer_id: str | None
    addresses: frozenset[str]
    by_mail: bool

    def is_also(self, other: Person) -> bool:
        """True when it is proven that both are one."""
        if self.customer_id is not None and other.customer_id is not None:
            return self.customer_id == other.customer_id
        keyless = all(one.by_mail for one in (self, other) if one.customer_id is None)
        known = self.customer_id is not None or other.customer_id is not None
        return bool(self.addresses & other.addresses) and (keyless or not known)


def of_conversation(tx: Connection, conversation_id: str) -> Person:
    """Whose it is."""
    customer_id = conversations.load(tx, conversation_id).customer_id
    thread = mail_threads.load(tx, conversation_id)
    told = usable(records.load(tx, customer_id).email) if customer_id else None
    proven = thread.address if thread is not None and thread.proven else None
    by_mail = thread is not None and thread.channel is Channel.EMAIL
    return Person(customer_id, frozenset(address for address in (told, proven) if address), by_mail)


def other_open_tickets(tx: Connection, ticket: Ticket) -> tuple[Ticket, ...]:
    """The customer's MOST newest other open tickets, the newest first."""
    person = of_conversation(tx, ticket.conversation_id)
    addresses = tuple(person.addresses)
    proven = thread_rows.c.address.in_(addresses) & (thread_rows.c.proof != Proof.CLAIMED)
    theirs = or_(proven, func.lower(customers.c.email).in_(addresses))
    if person.customer_id is not None:
        theirs = or_(conversation_rows.c.customer_id == person.customer_id, theirs)
    query = (
        select(ticket_rows)
        .join(conversation_rows, conversation_rows.c.id == ticket_rows.c.conversation_id)
        .outerjoin(thread_rows, thread_rows.c.conversation_id == conversation_rows.c.id)
        .outerjoin(customers, customers.c.id == conversation_rows.c.customer_id)
        .where(ticket_rows.c.status.in_(OPEN), ticket_rows.c.id != ticket.id, theirs)
        .order_by(ticket_rows.c.created_at.desc(), ticket_rows.c.id)
        .limit(MOST)
    )
    found = (from_row(row) for row in tx.execute(query).mappings())
    return tuple(one for one in found if person.is_also(of_conversation(tx, one.conversation_id)))
