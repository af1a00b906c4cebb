"""Owns what must be in a help desk's double after whatever happened: each ticket once, whole, and nothing else.

Refuses to make anything happen.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from bot.handoff.ticket import Ticket, from_row
from bot.integrations.delivery_queue import backlog
from bot.integrations.packet_text import transcript_parts
from bot.integrations.zendesk import MOST_COMMENT_BYTES
from bot.storage.engine import Database
from bot.storage.tables import tickets
from tests.chatwoot_double import ChatwootDouble
from tests.zendesk_double import ZendeskDouble

Double = ChatwootDouble | ZendeskDouble
DOUBLES: dict[str, type[ChatwootDouble] | type[ZendeskDouble]] = {"chatwoot": ChatwootDouble, "zendesk": ZendeskDouble}


def assert_all_there_once(database: Database, double: Double, amount: int) -> None:
    """So many tickets were stored; each is there once, every turn of it once and word for word."""
    with database.snapshot() as tx:
        stored = [from_row(row) for row in tx.execute(select(tickets)).mappings()]
        assert (backlog(tx).waiting, backlog(tx).dead) == (0, 0)
    assert len(stored) == amount
    there = double.tickets()
    assert set(there) == {ticket.id for ticket in stored}
    assert [ticket for ticket, found in there.items() if len(found) != 1] == [], "one for each ticket"
    assert [key for key, times in Counter(double.keys()).items() if times != 1] == [], "each turn once"
    for ticket in stored:
        found, expected = texts_there(double, ticket.id), _texts_to_be(double, ticket)
        assert found == expected, (ticket.id, found, expected)
    assert double.wrong == [], "a call that the contract does not allow"


def texts_there(double: Double, ticket_id: str) -> list[str]:
    """The transcript as the help desk has it."""
    (found,) = double.tickets()[ticket_id]
    if isinstance(double, ChatwootDouble):
        return [message["content"] for message in found.messages if not message["private"]]
    return found.comments[:-1]


def _texts_to_be(double: Double, ticket: Ticket) -> list[str]:
    if isinstance(double, ChatwootDouble):
        return [one.text for one in ticket.packet.transcript]
    return list(transcript_parts(ticket.packet.transcript, MOST_COMMENT_BYTES))
