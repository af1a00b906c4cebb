"""Owns who is meant by an address or a number, and which conversations are theirs. Refuses to take a typed address as
proof: what is linked by nothing else is told apart (docs/decisions/0041-erasure-export-retention.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Column, Connection, Select, func, or_, select

from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.desk.queue_search import numbered
from bot.errors import BadRequest, NotFound
from bot.handoff.ticket import OPEN
from bot.storage.mail_tables import contact_codes, mail_threads, mails
from bot.storage.tables import contacts, conversations, customers, merges, tickets

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """What is one person's: ids of customers and conversations, and addresses in lower case that nobody else has."""

    customers: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unproven:
    """A conversation with the person's address of which nothing proves that it is theirs, and why not."""

    conversation_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom somebody asked for: `found_by` says by what, without saying it; `unproven` is not in the scope."""

    found_by: str
    scope: Scope
    unproven: tuple[Unproven, ...] = ()

    def with_unproven(self) -> Person:
        """The same, with everything that has the address."""
        known = dict.fromkeys((*self.scope.conversations, *(one.conversation_id for one in self.unproven)))
        return Person(self.found_by, replace(self.scope, conversations=tuple(known)))


def find(tx: Connection, who: str) -> Person:
    """Whoever has this number, e-mail address or conversation. NotFound when nobody has; BadRequest when several have,
    or when it is a conversation of somebody whom the website vouched for: that one is named."""
    asked = who.strip()
    return _customer(tx, asked) or _conversation(tx, asked) or _by_address(tx, asked)


def open_tickets(tx: Connection, scope: Scope) -> tuple[str, ...]:
    """Tickets of the person that somebody still has to work on."""
    query = select(tickets.c.id).where(tickets.c.conversation_id.in_(scope.conversations), tickets.c.status.in_(OPEN))
    return tuple(tx.execute(query.order_by(tickets.c.created_at)).scalars())


def _customer(tx: Connection, asked: str) -> Person | None:
    query = select(customers.c.id, customers.c.email).where(
        or_(customers.c.id == asked, customers.c.external_id == asked)
    )
    found = tx.execute(query).all()
    return _of_customer(tx, "customer number", found[0].id, found[0].email) if found else None


def _of_customer(tx: Connection, found_by: str, customer_id: str, email: str) -> Person:
    own = select(conversations.c.id).where(conversations.c.customer_id == customer_id)
    scope = Scope((customer_id,), tuple(tx.execute(own.order_by(conversations.c.created_at)).scalars()))
    return _with_address(tx, Person(found_by, scope), email.strip().lower())


def _conversation(tx: Connection, asked: str) -> Person | None:
    """An unidentified visitor is nothing but their conversation."""
    ids = (asked, *numbered(tx, asked))
    named = select(tickets.c.conversation_id).where(tickets.c.id.in_(ids))
    query = select(conversations).where(or_(conversations.c.id == asked, conversations.c.id.in_(named)))
    found = tx.execute(query).all()
    if len(found) > 1:
        raise BadRequest(f"Several tickets begin with {asked}: write the whole number.")
    if not found:
        return None
    if found[0].erased_at is not None:
        raise NotFound(f"This conversation was erased at {found[0].erased_at}; nothing of it is left.")
    if found[0].customer_id is not None:
        number = select(customers.c.external_id).where(customers.c.id == found[0].customer_id)
        raise BadRequest(f"This is a conversation of the customer {tx.execute(number).scalar()}: name that one.")
    return Person("conversation", Scope(conversations=_joined(tx, (found[0].id,))))


def _by_address(tx: Connection, asked: str) -> Person:
    address = asked.lower()
    query = select(customers.c.id, customers.c.email, customers.c.external_id)
    found = tx.execute(query.where(records.address_of_row() == address)).all()
    if len(found) > 1:
        numbers = ", ".join(row.external_id for row in found[:MOST_NAMED])
        raise BadRequest(f"{len(found)} customers have this address; name one by its number: {numbers}.")
    if found:
        return _of_customer(tx, "e-mail address", found[0].id, found[0].email)
    person = _with_address(tx, Person("e-mail address", Scope()), address) if "@" in address else None
    if person is None or not (person.scope.conversations or person.unproven or _mailed_alone(tx, address)):
        raise NotFound(
            "Nobody is known by this: name an e-mail address, a customer number, or the number of a conversation or "
            "ticket."
        )
    return person


def _with_address(tx: Connection, person: Person, address: str) -> Person:
    """The person with what their address leads to. One that several customers have leads to nothing sure."""
    if not address:
        return replace(person, scope=replace(person.scope, conversations=_joined(tx, person.scope.conversations)))
    owners = select(func.count()).select_from(customers).where(records.address_of_row() == address)
    shared = tx.execute(owners).scalar_one() > 1
    sure, unproven = list(person.scope.conversations), []
    for conversation_id, why in _linked(tx, person.scope, address):
        doubt = why or ("another customer has the same address" if shared else "")
        if doubt:
            unproven.append(Unproven(conversation_id, doubt))
        else:
            sure.append(conversation_id)
    everything = _joined(tx, tuple(dict.fromkeys(sure)))
    scope = Scope(person.scope.customers, everything, () if shared else (address,))
    return Person(person.found_by, scope, tuple(one for one in unproven if one.conversation_id not in everything))


def _linked(tx: Connection, scope: Scope, address: str) -> Iterator[tuple[str, str]]:
    """Conversations with the address that are not the customer's own, with what speaks against their being theirs."""
    query = (
        select(
            conversations.c.id, conversations.c.customer_id, contacts.c.verified_at, contacts.c.email,
            mail_threads.c.proof, mail_threads.c.address,
        )
        .outerjoin(contacts, contacts.c.conversation_id == conversations.c.id)
        .outerjoin(mail_threads, mail_threads.c.conversation_id == conversations.c.id)
        .where(
            or_(
                func.lower(contacts.c.email) == address,
                func.lower(mail_threads.c.address) == address,
                conversations.c.id.in_(_having(contact_codes.c.conversation_id, contact_codes.c.email, address)),
                conversations.c.id.in_(_having(mails.c.conversation_id, mails.c.address, address)),
            )
        )
        .order_by(conversations.c.created_at)
    )  # fmt: skip
    for row in tx.execute(query):
        if row.id in scope.conversations:
            continue
        by_mail = row.address is not None and row.address.lower() == address and row.proof != Proof.CLAIMED
        by_code = row.email is not None and row.email.lower() == address and row.verified_at is not None
        if row.customer_id is not None and row.customer_id not in scope.customers:
            yield row.id, "it is another customer's"
        else:
            yield row.id, "" if by_mail or by_code else "nobody proved that the address is theirs"


def _having(conversation_id: Column[str], column: Column[str], address: str) -> Select[str]:
    return select(conversation_id).where(func.lower(column) == address)


def _joined(tx: Connection, conversation_ids: tuple[str, ...]) -> tuple[str, ...]:
    """With those that a person merged with them, having proven that they are one customer's."""
    known, new = dict.fromkeys(conversation_ids), set(conversation_ids)
    while new:
        touching = or_(merges.c.conversation_id.in_(new), merges.c.goes_on_in.in_(new))
        rows = tx.execute(select(merges.c.conversation_id, merges.c.goes_on_in).where(touching))
        new = {one for row in rows for one in row} - set(known)
        known |= dict.fromkeys(sorted(new))
    return tuple(known)


def _mailed_alone(tx: Connection, address: str) -> bool:
    """A mail that became no conversation."""
    query = select(mails.c.id).where(func.lower(mails.c.address) == address, mails.c.conversation_id.is_(None))
    return tx.execute(query.limit(1)).first() is not None
