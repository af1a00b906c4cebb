"""Owns whose record the desk goes by for a conversation: whom a website vouched for, else the one customer whose proven
address its mails came from (docs/decisions/0054-mail-finds-its-customer.md).

Refuses to make anybody verified by a mail, and to choose between two customers with one address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select

from bot.conversation.mail_proof import Channel, Proof
from bot.customers import records
from bot.customers.records import Customer
from bot.storage.mail_tables import mail_threads
from bot.storage.tables import conversations, customers


class ProvenBy(StrEnum):
    """How it is known that a conversation is the customer's."""

    WEBSITE = "website"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Record:
    """A customer, and by what it is known that the conversation is theirs."""

    customer: Customer
    proven_by: ProvenBy

    @property
    def tier(self) -> str | None:
        """As policies name it, in small letters; None for who has none."""
        return _named(self.customer.tier)

    @property
    def plan(self) -> str | None:
        """The record's, in small letters. What a page or the customer says of it is only claimed and chooses articles,
        nothing else."""
        return _named(self.customer.plan)


# What nobody vouched for, and came by mails alone: of that no browser has a key. It is asked anew each time, so an
# address that a second customer gets leads to neither from then on.
BY_MAIL = (
    conversations.c.customer_id.is_(None)
    & (mail_threads.c.channel == Channel.EMAIL)
    & (mail_threads.c.proof != Proof.CLAIMED)
)


def of_conversation(tx: Connection, conversation_id: str) -> Record | None:
    """Whose record it goes by; None for somebody nobody knows, and when there is no such conversation."""
    return of_conversations(tx, (conversation_id,)).get(conversation_id)


def of_conversations(tx: Connection, conversation_ids: Collection[str]) -> Mapping[str, Record]:
    """The same for several; those of nobody known are not there."""
    vouched = (
        select(conversations.c.id.label("conversation_id"), *customers.c)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .where(conversations.c.id.in_(conversation_ids))
    )
    found = {}
    for row in tx.execute(vouched).mappings():
        customer = Customer(**{name: row[name] for name in Customer.__slots__})
        found[row["conversation_id"]] = Record(customer, ProvenBy.WEBSITE)
    mailed = (
        select(conversations.c.id, mail_threads.c.address)
        .join(mail_threads, mail_threads.c.conversation_id == conversations.c.id)
        .where(BY_MAIL, conversations.c.id.in_(conversation_ids))
    )
    addresses = {row.id: row.address for row in tx.execute(mailed)}
    owners = _owners(tx, set(addresses.values()))
    by_mail = {one: Record(owners[has], ProvenBy.MAIL) for one, has in addresses.items() if has in owners}
    return found | by_mail


def goes_by(conversation_id: ColumnElement[str], which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The conversation goes by the record of a customer of whom `which` is true."""
    here, address = conversations.c.id == conversation_id, records.address_of_row()
    alone = select(address).group_by(address).having(func.count() == 1, func.max(case((which, 1), else_=0)) == 1)
    thread = mail_threads.c.conversation_id == conversations.c.id
    return or_(
        exists().where(here, customers.c.id == conversations.c.customer_id, which),
        exists().where(here, thread, BY_MAIL, mail_threads.c.address.in_(alone)),
    )


def theirs(tx: Connection, customer: Customer) -> Mapping[str, ProvenBy]:
    """The conversations that go by this record."""
    vouched = select(conversations.c.id).where(conversations.c.customer_id == customer.id)
    found = dict.fromkeys(tx.execute(vouched).scalars(), ProvenBy.WEBSITE)
    if of_address(tx, records.address(customer)) is None:
        return found
    mailed = (
        select(conversations.c.id)
        .join(mail_threads, mail_threads.c.conversation_id == conversations.c.id)
        .where(BY_MAIL, mail_threads.c.address == records.address(customer))
    )
    return found | dict.fromkeys(tx.execute(mailed).scalars(), ProvenBy.MAIL)


def shares_address(tx: Connection, customer: Customer) -> bool:
    """Whether another customer has the same address: then a mail from it leads to neither."""
    owners = select(func.count()).select_from(customers).where(records.address_of_row() == records.address(customer))
    return bool(customer.email) and int(tx.execute(owners).scalar_one()) > 1


def of_address(tx: Connection, address: str) -> Customer | None:
    """The one customer with this address; whether a mail from it is proven to be its owner's, the caller knows."""
    return _owners(tx, {address}).get(address)


def _owners(tx: Connection, addresses: Collection[str]) -> Mapping[str, Customer]:
    """Of these addresses those that one customer alone has."""
    wanted = [address for address in addresses if address]
    if not wanted:
        return {}
    having = defaultdict[str, list[Customer]](list)
    for row in tx.execute(select(customers).where(records.address_of_row().in_(wanted))).mappings():
        customer = Customer(**dict(row))
        having[records.address(customer)].append(customer)
    return {address: owners[0] for address, owners in having.items() if len(owners) == 1}


def _named(told: str | None) -> str | None:
    return told.strip().casefold() if told else None
