"""People work tickets one at a time; customer, desk and help desk hear of each step, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.access import Role
from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import accounts, tickets
from bot.desk.accounts import Account
from bot.desk.notices import TicketNotice
from bot.errors import BadRequest, Conflict, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.events.outbox import Topic
from bot.handoff.ticket import Ticket, TicketChange, TicketStatus
from bot.storage import tables
from bot.storage.engine import Database
from bot.storage.record import decode


@pytest.fixture
def people(database: Database) -> tuple[Account, Account]:
    with database.transaction() as tx:
        return (
            accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery"),
            accounts.add(tx, "ben@example.com", "Ben", Role.AGENT, "correct horse battery"),
        )


def outbox_keys(tx: Connection) -> list[str]:
    """Of every change after the handoff itself."""
    keys = tx.execute(select(tables.outbox.c.key).order_by(tables.outbox.c.id)).scalars()
    return [key for key in keys if not key.startswith(Topic.TICKET_CREATED)]


def replies(tx: Connection, ticket: Ticket) -> list[str]:
    said = messages.transcript(tx, ticket.conversation_id)
    return [message.text for message in said if message.role is Speaker.AGENT]


def ticket_events(tx: Connection, ticket: Ticket, audience: Audience = Audience.ALL) -> list[str]:
    heard = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=audience)
    return [event.payload for event in heard if event.kind is EventKind.TICKET]


def state_of(tx: Connection, ticket: Ticket) -> State:
    return conversations.load(tx, ticket.conversation_id).state


def test_a_stored_ticket_carries_its_whole_packet(database: Database, ticket: Ticket) -> None:
    with database.snapshot() as tx:
        loaded = tickets.load(tx, ticket.id)
    assert loaded == ticket
    assert loaded.packet.facts[0].value == "FW-123456"


def test_claiming_gives_the_conversation_to_a_person(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        claimed = tickets.claim(tx, ticket.id, people[0], ticket.version)
        assert tickets.load(tx, ticket.id) == claimed
        assert state_of(tx, ticket) is State.PERSON
        assert outbox_keys(tx) == [f"ticket.claimed:{ticket.id}:2"]
        told = decode(TicketChange, ticket_events(tx, ticket)[-1])
    assert (claimed.status, claimed.assignee, claimed.version) == (TicketStatus.CLAIMED, people[0].id, 2)
    assert (told.status, told.by) == (TicketStatus.CLAIMED, "Ana")


def test_claiming_twice_is_claiming_once(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        first = tickets.claim(tx, ticket.id, people[0], ticket.version)
        assert tickets.claim(tx, ticket.id, people[0], ticket.version) == first
        assert len(outbox_keys(tx)) == 1


def test_the_second_to_claim_learns_who_was_first(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    ana, ben = people
    with database.transaction() as tx:
        claimed = tickets.claim(tx, ticket.id, ana, ticket.version)
        with pytest.raises(Conflict, match="Ana is already working"):
            tickets.claim(tx, ticket.id, ben, claimed.version)
        with pytest.raises(Conflict, match="Ana is already working"):
            tickets.reply(tx, ticket.id, ben, "Hello")
        with pytest.raises(Conflict, match="Ana is working"):
            tickets.resolve(tx, ticket.id, ben)
        assert tickets.load(tx, ticket.id) == claimed


def test_a_ticket_can_be_taken_over_on_purpose(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        tickets.claim(tx, ticket.id, people[0])
        taken = tickets.claim(tx, ticket.id, people[1], take_over=True)
        assert taken.assignee == people[1].id
        assert state_of(tx, ticket) is State.PERSON


@pytest.mark.parametrize("verb", ["claim", "reply", "return", "resolve"])
def test_an_outdated_version_is_refused_and_changes_nothing(
    database: Database, ticket: Ticket, people: tuple[Account, Account], verb: str
) -> None:
    ana = people[0]
    steps: dict[str, Callable[[Connection, int], object]] = {
        "claim": lambda tx, version: tickets.claim(tx, ticket.id, ana, version),
        "reply": lambda tx, version: tickets.reply(tx, ticket.id, ana, "Hello", version),
        "return": lambda tx, version: tickets.return_to_bot(tx, ticket.id, ana, version=version),
        "resolve": lambda tx, version: tickets.resolve(tx, ticket.id, ana, version=version),
    }
    with database.transaction() as tx:
        with pytest.raises(Conflict, match="meantime"):
            steps[verb](tx, ticket.version - 1)
        assert tickets.load(tx, ticket.id) == ticket
        assert replies(tx, ticket) == []


def test_a_writer_who_read_before_another_wrote_is_refused(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        tx.execute(update(tables.tickets).values(version=ticket.version + 1))
        with pytest.raises(Conflict, match="meantime"):
            tickets.store(tx, replace(ticket, assignee=people[0].id))


def test_a_reply_reaches_the_customer_as_a_persons(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        replied = tickets.reply(tx, ticket.id, people[0], "Your parcel is on its way.", ticket.version)
        visible = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.ALL)
        notice = decode(TicketNotice, tx.execute(select(tables.outbox.c.payload)).scalars().all()[-1])
        assert outbox_keys(tx) == [f"ticket.claimed:{ticket.id}:2", f"ticket.replied:{ticket.id}:3"]
    assert (replied.message.role, replied.message.author) == (Speaker.AGENT, "Ana")
    assert replied.ticket.first_response_at is not None
    assert any(event.kind is EventKind.MESSAGE for event in visible)
    assert notice.text == "Your parcel is on its way."


def test_the_first_response_time_is_that_of_the_first_reply(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        first = tickets.reply(tx, ticket.id, people[0], "One moment.").ticket
        second = tickets.reply(tx, ticket.id, people[0], "Here it is.").ticket
    assert second.first_response_at == first.first_response_at
    assert second.version == first.version + 1


def test_a_retried_reply_is_sent_once_even_with_the_old_version(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        first = tickets.reply(tx, ticket.id, people[0], "Hello", ticket.version, client_id="r1")
        again = tickets.reply(tx, ticket.id, people[0], "Hello", ticket.version, client_id="r1")
        assert replies(tx, ticket) == ["Hello"]
    assert (first.created, again.created) == (True, False)
    assert again.message == first.message


def test_an_empty_reply_is_refused(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        tickets.reply(tx, ticket.id, people[0], "  ")


@pytest.mark.parametrize(
    ("close", "status", "state"),
    [
        (tickets.return_to_bot, TicketStatus.RETURNED, State.OPEN),
        (tickets.resolve, TicketStatus.RESOLVED, State.RESOLVED),
    ],
)
@pytest.mark.parametrize("claimed", [True, False])
def test_closing_moves_the_conversation_and_happens_once(
    database: Database,
    ticket: Ticket,
    people: tuple[Account, Account],
    close: Callable[..., Ticket],
    status: TicketStatus,
    state: State,
    claimed: bool,
) -> None:
    with database.transaction() as tx:
        if claimed:
            tickets.claim(tx, ticket.id, people[0])
        closed = close(tx, ticket.id, people[0], "Customer is happy")
        assert close(tx, ticket.id, people[0], "Customer is happy") == closed
        assert tickets.load(tx, ticket.id) == closed
        assert state_of(tx, ticket) is state
        assert len(outbox_keys(tx)) == 1 + claimed
    assert closed.status is status
    assert closed.closed_at is not None


def test_a_closing_note_stays_on_the_desk(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        tickets.resolve(tx, ticket.id, people[0], "suspected reseller")
        visible = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.ALL)
        assert any("suspected reseller" in text for text in ticket_events(tx, ticket, Audience.DESK))
    assert not any("suspected reseller" in event.payload for event in visible)


def test_a_closed_ticket_is_done(database: Database, ticket: Ticket, people: tuple[Account, Account]) -> None:
    with database.transaction() as tx:
        tickets.resolve(tx, ticket.id, people[0])
        for step in (tickets.claim, tickets.return_to_bot):
            with pytest.raises(Conflict, match="already resolved"):
                step(tx, ticket.id, people[0])
        with pytest.raises(Conflict, match="already resolved"):
            tickets.reply(tx, ticket.id, people[0], "One more thing")


def test_a_conversation_never_has_two_open_tickets(database: Database, ticket: Ticket) -> None:
    with database.transaction() as tx:
        row = dict(tx.execute(tables.tickets.select()).mappings().one())
        with pytest.raises(IntegrityError):
            tx.execute(insert(tables.tickets).values(row | {"id": "second"}))


def test_the_latest_ticket_is_the_open_one(
    database: Database, ticket: Ticket, people: tuple[Account, Account]
) -> None:
    with database.transaction() as tx:
        assert tickets.latest(tx, ticket.conversation_id) == ticket
        closed = tickets.return_to_bot(tx, ticket.id, people[0])
        assert tickets.latest(tx, ticket.conversation_id) == closed
        row = dict(tx.execute(tables.tickets.select()).mappings().one())
        reopened = row | {"id": "second", "closed_at": None, "status": TicketStatus.WAITING, "created_at": ""}
        tx.execute(insert(tables.tickets).values(reopened))
        latest = tickets.latest(tx, ticket.conversation_id)
        assert latest is not None
        assert latest.id == "second"
        assert tickets.latest(tx, "no-such-conversation") is None


def test_an_unknown_ticket_is_not_found(database: Database) -> None:
    with database.snapshot() as tx, pytest.raises(NotFound):
        tickets.load(tx, "nothing")
