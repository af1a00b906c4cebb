"""Owns how a customer who waits may be reached: asked for while nobody is there, kept as it was typed.

Refuses to take it as proof of anything, and to write to it: whether it is proven, channels/contact_codes.py finds out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from bot.conversation import conversations, joins, messages
from bot.conversation.masking import mask
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.desk import notices, offers, tickets
from bot.desk.notices import Work
from bot.errors import BadRequest, Conflict
from bot.events import outbox
from bot.events.outbox import Topic
from bot.handoff.facts import gives_address
from bot.handoff.packet import FactKind
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.tables import contacts

LONGEST_NAME = 100
LONGEST_EMAIL = 254
REACHED_BY = frozenset({FactKind.EMAIL, FactKind.PHONE})
# This is asked at every look of a page. What was said before the ticket was made is among the facts of its packet.
MOST_READ = 50
# No quoted names, no comments: what is taken here can stand in a header without harm.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")


@dataclass(frozen=True, slots=True)
class Contact:
    """What the customer typed; without an e-mail address they would rather not say."""

    name: str
    email: str
    given_at: str
    verified_at: str | None = None


@dataclass(frozen=True, slots=True)
class TicketContact:
    """The outbox payload for another help desk; `verified` is false until the code from a mail to it was entered."""

    ticket_id: str
    conversation_id: str
    name: str
    email: str
    at: str
    verified: bool = False


def of(tx: Connection, conversation_id: str) -> Contact | None:
    """What was said last, None when nothing was."""
    row = tx.execute(select(contacts).where(contacts.c.conversation_id == conversation_id)).mappings().first()
    return Contact(**{name: row[name] for name in Contact.__slots__}) if row is not None else None


def due(tx: Connection, conversation_id: str) -> Ticket | None:
    """The waiting ticket for which nobody is there, until the customer said how they can be reached or that they won't.

    None for customers whose address the website vouched for, and for whoever gave one in the chat.
    """
    ticket = tickets.latest(tx, conversation_id)
    if ticket is None or ticket.status is not TicketStatus.WAITING or offers.standing(tx, [ticket.id]):
        return None
    conversation = conversations.load(tx, conversation_id)
    if conversation.customer_id is not None and records.load(tx, conversation.customer_id).email:
        return None
    said = of(tx, conversation_id)
    if said is not None and (said.email or said.given_at > ticket.created_at):
        return None
    if any(fact.kind in REACHED_BY for fact in ticket.packet.facts):
        return None
    texts = messages.newest_texts(tx, joins.parts(tx, conversation_id), Speaker.CUSTOMER, MOST_READ)
    return None if any(gives_address(text, conversation.region) for text in texts) else ticket


def keep(tx: Connection, conversation_id: str, name: str, email: str) -> Contact:
    """Keep what the customer typed, in place of what they typed before; without an e-mail they declined.

    Conflict without an open ticket, BadRequest for what is no address or too long.
    """
    ticket = tickets.latest(tx, conversation_id)
    if ticket is None or ticket.closed_at is not None:
        raise Conflict("Nobody has to reach you at the moment; just write here.")
    address = storable(email).strip()
    if len(address) > LONGEST_EMAIL or (address and not _EMAIL.fullmatch(address)):
        raise BadRequest("This is not an e-mail address.")
    called = " ".join(mask(storable(name)).text.split()) if address else ""
    if len(called) > LONGEST_NAME:
        raise BadRequest(f"A name has at most {LONGEST_NAME} characters.")
    contact = Contact(called, address, clock.now())
    before = of(tx, conversation_id)
    if before is not None and (before.name, before.email) == (contact.name, contact.email) and address:
        return before
    _store(tx, conversation_id, contact)
    if address:
        _tell(tx, ticket, contact)
    return contact


def hand_on(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one: how its customer can be reached is known there, unless they said it there."""
    said, there = of(tx, ticket.conversation_id), of(tx, into.conversation_id)
    if said is not None and said.email and (there is None or not there.email):
        _store(tx, into.conversation_id, said)


def prove(tx: Connection, conversation_id: str) -> Contact:
    """The address that was typed is its owner's; the desk and the help desk outside hear of it, once."""
    said = of(tx, conversation_id)
    if said is None or not said.email:
        raise Conflict("Nobody gave an address here.")
    if said.verified_at is not None:
        return said
    proven = replace(said, verified_at=clock.now())
    _store(tx, conversation_id, proven)
    ticket = tickets.latest(tx, conversation_id)
    if ticket is not None:
        _tell(tx, ticket, proven)
    return proven


def _store(tx: Connection, conversation_id: str, contact: Contact) -> None:
    values = {name: getattr(contact, name) for name in Contact.__slots__}
    if not insert_once(tx, contacts, {"conversation_id": conversation_id} | values, "conversation_id"):
        tx.execute(update(contacts).where(contacts.c.conversation_id == conversation_id).values(values))


def _tell(tx: Connection, ticket: Ticket, contact: Contact) -> None:
    """The trail says that it was given, not what: that stands in one place."""
    verified = contact.verified_at is not None
    notices.worked(tx, ticket, None, Work.PROVED_ADDRESS if verified else Work.REACHABLE)
    at = contact.verified_at or contact.given_at
    told = TicketContact(ticket.id, ticket.conversation_id, contact.name, contact.email, at, verified)
    outbox.put(tx, Topic.TICKET_CONTACT, f"{ticket.id}:{at}{':verified' if verified else ''}", told)
