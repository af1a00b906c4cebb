"""Owns what a searched word finds: tickets by number, customer, tag, goal and what was said. Refuses to order them."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from bot.desk import record_of
from bot.handoff.ticket import OPEN
from bot.storage.mail_tables import mail_threads
from bot.storage.tables import contacts, customers, merges, messages, ticket_tags, tickets

SHORT_NUMBER = 8
MOST_OF_A_NUMBER = 10
_NUMBER = re.compile(rf"#?([0-9a-f]{{{SHORT_NUMBER},64}})", re.IGNORECASE)


def numbered(tx: Connection, words: str) -> tuple[str, ...]:
    """The tickets whose number this is, whole or its first characters, with or without `#`, in whatever view."""
    number = _NUMBER.fullmatch(words.strip())
    if number is None:
        return ()
    begins = number[1].lower()
    # The letter after the last of a number: a range is looked up in the index, on both databases.
    query = select(tickets.c.id).where(tickets.c.id >= begins, tickets.c.id < f"{begins}g")
    return tuple(tx.execute(query.order_by(tickets.c.id).limit(MOST_OF_A_NUMBER)).scalars())


def says(word: str) -> ColumnElement[bool]:
    """The word is the ticket's id or a tag, or stands in the goal, in who the customer is or in what was said."""
    said = exists().where(messages.c.conversation_id == tickets.c.conversation_id, _has(messages.c.text, word))
    goes_on_here = (merges.c.goes_on_in == tickets.c.conversation_id) & tickets.c.status.in_(OPEN)
    joined = exists().where(
        goes_on_here, messages.c.conversation_id == merges.c.conversation_id, _has(messages.c.text, word)
    )
    number = word.removeprefix("#").lower()
    return or_(tickets.c.id == number, tagged(word), _has(tickets.c.goal, word), *_customer(word), said, joined)


def tagged(tag: str) -> ColumnElement[bool]:
    """The ticket has the tag."""
    return exists().where(ticket_tags.c.ticket_id == tickets.c.id, ticket_tags.c.tag == tag.casefold())


def recorded(word: str) -> ColumnElement[bool]:
    """The word stands in the customer's record: in name, address or number."""
    return or_(*(_has(column, word) for column in (customers.c.name, customers.c.email, customers.c.external_id)))


def _customer(word: str) -> tuple[ColumnElement[bool], ...]:
    """Whose record it goes by, what the customer typed, and whose mail it is."""
    typed = or_(_has(contacts.c.name, word), _has(contacts.c.email, word))
    return (
        record_of.goes_by(tickets.c.conversation_id, recorded(word)),
        exists().where(contacts.c.conversation_id == tickets.c.conversation_id, typed),
        exists().where(
            mail_threads.c.conversation_id == tickets.c.conversation_id, _has(mail_threads.c.address, word)
        ),
    )


def _has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """SQLite ignores case in ASCII alone: other letters are looked for in the usual spellings."""
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    if word.isascii():
        return column.icontains(word, autoescape=True)
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in spellings))
