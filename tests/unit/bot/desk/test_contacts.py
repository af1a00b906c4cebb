"""A customer for whom nobody is there is asked once how they can be reached; what they type proves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import contacts, history, offers, tickets
from bot.desk.notices import Work
from bot.desk.offers import Offer, Why
from bot.errors import BadRequest, Conflict
from bot.events import log
from bot.events.log import Audience
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import Fact, FactKind
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database
from bot.storage.tables import contacts as rows
from bot.storage.tables import outbox
from tests.conftest import PACKET
from tests.unit.bot.desk.conftest import People

Handed = Callable[[Connection], Ticket]


def _due(tx: Connection, ticket: Ticket) -> bool:
    return contacts.due(tx, ticket.conversation_id) is not None


def test_it_is_asked_while_nobody_is_there_until_it_is_said(
    database: Database, waiting_ticket: Handed, desk_people: People
) -> None:
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="shop", language="en").conversation
        assert contacts.due(tx, conversation.id) is None, "nobody was asked for"
        ticket = waiting_ticket(tx)
        assert _due(tx, ticket)
        kept = contacts.keep(tx, ticket.conversation_id, " Jo  Doe ", " jo@example.org ")
        assert (kept.name, kept.email) == ("Jo Doe", "jo@example.org")
        assert not _due(tx, ticket)
        other = waiting_ticket(tx)
        tickets.claim(tx, other.id, desk_people.ana)
        assert not _due(tx, other), "somebody has it"


def test_it_is_not_asked_while_the_ticket_is_laid_before_somebody(
    database: Database, waiting_ticket: Handed, desk_people: People
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        why = Why("orders", "en", None, None, 0, 8, 1, 0)
        until = "2026-01-01T00:10:00.000Z"
        offers.make(tx, Offer(ticket.id, desk_people.ana.id, why, "2026-01-01T00:00:00.000Z", until))
        assert not _due(tx, ticket)
        offers.end(tx, ticket.id, offers.Ending.MISSED)
        assert _due(tx, ticket)


def test_whoever_declines_is_asked_again_only_with_another_ticket(
    database: Database, waiting_ticket: Handed, desk_people: People
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        declined = contacts.keep(tx, ticket.conversation_id, "Jo", "")
        assert (declined.name, declined.email) == ("", "")
        assert not _due(tx, ticket)
        tickets.resolve(tx, ticket.id, desk_people.ana)
        with pytest.raises(Conflict):
            contacts.keep(tx, ticket.conversation_id, "", "jo@example.org")
    with database.transaction() as tx:
        again = hand_off(tx, ticket.conversation_id, PACKET)
        assert _due(tx, again)


def test_a_customer_whom_the_website_vouched_for_is_not_asked(database: Database) -> None:
    with database.transaction() as tx:
        known = records.upsert(tx, Identity("c-1", "Jo", "jo@example.org"))
        unknown = records.upsert(tx, Identity("c-2", "Kim"))
        asked = []
        for customer in (known, unknown):
            opened = open_conversation(tx, site="shop", language="en", customer_id=customer.id)
            asked.append(_due(tx, hand_off(tx, opened.conversation.id, PACKET)))
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("My mail is joan.pratt@example.org", False),
        ("call me on 0161 496 0345 please", False),
        ("My order is FW-482913", True),
    ],
)
def test_an_address_or_number_given_in_the_chat_is_not_asked_for(
    database: Database, waiting_ticket: Handed, said: str, asked: bool
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, said)
        assert _due(tx, ticket) is asked


def test_an_address_that_the_packet_has_is_not_asked_for(database: Database) -> None:
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="shop", language="en").conversation
        given = replace(PACKET, facts=(Fact(FactKind.EMAIL, "jo@example.org", 0),))
        assert not _due(tx, hand_off(tx, conversation.id, given))


def test_of_a_long_conversation_only_the_newest_messages_of_the_customer_are_read(
    database: Database, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "My mail is joan.pratt@example.org")
        for at in range(contacts.MOST_READ):
            messages.append(tx, ticket.conversation_id, Speaker.BOT, "Somebody will be with you soon.")
            if at:
                messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Is anybody there?")
        assert not _due(tx, ticket), "it is the oldest of those that are read"
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Hello?")
        assert _due(tx, ticket)


@pytest.mark.parametrize(
    "address",
    [
        "jo", "jo@", "@example.org", "jo@example", "jo@example.org\r\nBcc: a@b.example", "a@b.c, d@e.example",
        "Jo <jo@example.org>", '"jo doe"@example.org', "jo@exa mple.org", "jo@example.org\x00x@y",
        "jo@-.", f"{'a' * 65}@example.org",
        f"jo@{'a.' * 130}org", "jo@example.123",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_nothing_is_kept(
    database: Database, waiting_ticket: Handed, address: str
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        with pytest.raises(BadRequest):
            contacts.keep(tx, ticket.conversation_id, "", address)
        assert tx.execute(select(func.count()).select_from(rows)).scalar() == 0


@pytest.mark.parametrize("address", ["jo@example.org", "jo.o'neil+shop@mail.example.co.uk", "jo@müller.example"])
def test_addresses_people_have_are_taken(database: Database, waiting_ticket: Handed, address: str) -> None:
    with database.transaction() as tx:
        assert contacts.keep(tx, waiting_ticket(tx).conversation_id, "", address).email == address


def test_the_help_desk_outside_learns_it_once_and_the_trail_keeps_no_address(
    database: Database, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        for _ in range(2):
            contacts.keep(tx, ticket.conversation_id, "Jo", "jo@example.org")
        told = tx.execute(select(outbox.c.payload).where(outbox.c.topic == "ticket.contact")).scalars().all()
        seen = log.since(tx, 0, audience=Audience.ALL)
        desk = log.since(tx, 0, audience=Audience.DESK)
        deeds = [entry.deed for entry in history.of_ticket(tx, ticket)]
    assert [json.loads(payload)["email"] for payload in told] == ["jo@example.org"]
    assert json.loads(told[0])["verified"] is False
    assert len(desk) == len(seen) + 1
    assert not any("jo@" in event.payload for event in desk)
    assert deeds == [history.Deed.HANDED_OVER, Work.REACHABLE]


def test_a_card_number_in_the_name_is_masked(database: Database, waiting_ticket: Handed) -> None:
    with database.transaction() as tx:
        kept = contacts.keep(tx, waiting_ticket(tx).conversation_id, "Jo 4111 1111 1111 1111", "jo@example.org")
    assert "4111" not in kept.name
