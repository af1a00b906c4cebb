"""Notes stay on the desk, and whoever they name finds the ticket."""

from __future__ import annotations

import pytest

from bot.access import Role
from bot.conversation import messages
from bot.desk import accounts, notes, queue, tickets
from bot.desk.queue import View, Wanted
from bot.errors import BadRequest, Conflict
from bot.events import log
from bot.events.log import Audience
from bot.handoff.ticket import Ticket
from bot.storage import tables
from bot.storage.engine import Database
from tests.unit.bot.desk.conftest import PASSWORD, People


def test_a_note_is_kept_and_no_customer_event_transcript_or_outbox_row_holds_it(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        stored, _ = notes.add(tx, ticket.id, desk_people.ana, "  xylophone  ", ticket.version)
        (written,) = notes.of_ticket(tx, ticket)
        heard = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.ALL)
        said = messages.transcript(tx, ticket.conversation_id)
        sent = tx.execute(tables.outbox.select()).all()
    assert (written.note.author, written.note.text, stored.version) == ("Ana", "xylophone", ticket.version + 1)
    assert "xylophone" not in f"{heard}{said}{sent}"


def test_what_is_written_at_the_closing_is_a_note_too(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        notes.add(tx, ticket.id, desk_people.ana, "Called back.")
        tickets.resolve(tx, ticket.id, desk_people.ana, "Settled by phone.")
        written = [(one.note.author, one.note.text) for one in notes.of_ticket(tx, ticket)]
    assert written == [("Ana", "Called back."), ("Ana", "Settled by phone.")]


def test_whoever_was_called_ticks_it_off_and_is_called_again(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    ana, ben = desk_people.ana, desk_people.ben
    with database.transaction() as tx:
        notes.add(tx, ticket.id, ana, "@ben@example.com, please")
        notes.tick_off(tx, ticket.id, ana)
        assert (notes.is_called(tx, ticket.id, ana), notes.is_called(tx, ticket.id, ben)) == (False, True)
        notes.tick_off(tx, ticket.id, ben)
        assert not notes.is_called(tx, ticket.id, ben)
        assert queue.counts(tx, ben.id)[View.MENTIONS] == 0
        notes.add(tx, ticket.id, ana, "Again @ben@example.com")
        assert notes.is_called(tx, ticket.id, ben)


def test_whoever_is_named_has_the_ticket_among_the_mentions_until_answering_or_the_end(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    mine = Wanted(View.MENTIONS, desk_people.ben.id)
    with database.transaction() as tx:
        _, note = notes.add(tx, ticket.id, desk_people.ana, "Can you look, @ben miller?")
        assert note.mentioned == ("Ben Miller",)
        assert [one.id for one in queue.find(tx, mine).tickets] == [ticket.id]
        assert queue.find(tx, Wanted(View.MENTIONS, desk_people.ana.id)).total == 0
        assert queue.counts(tx, desk_people.ben.id)[View.MENTIONS] == 1
        notes.add(tx, ticket.id, desk_people.ben, "Looked.")
        assert queue.find(tx, mine).total == 0
        notes.add(tx, ticket.id, desk_people.ana, "Again @ben@example.com")
        notes.add(tx, ticket.id, desk_people.ana, "And again @ben@example.com")
        assert queue.find(tx, mine).total == 1
        tickets.resolve(tx, ticket.id, desk_people.ana)
        assert queue.find(tx, mine).total == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ben please", {"Ben"}),
        ("@Ben Miller please", {"Ben Miller"}),
        ("(@BEN@EXAMPLE.COM)", {"Ben"}),
        ("@Benjamin", set()),
        ("mail ben@example.com", set()),
        ("@Gone @Writer", set()),
        ("@Ana and @Ben.", {"Ana", "Ben"}),
        ("@cleo, please", {"Cleo Díaz"}),
        ("@Dan or @DÍAZ", set()),
    ],
)
def test_who_is_named(database: Database, text: str, named: set[str]) -> None:
    with database.transaction() as tx:
        for name, role in (("Ana", Role.AGENT), ("Ben", Role.AGENT), ("Gone", Role.AGENT), ("Writer", Role.CONTENT)):
            accounts.add(tx, f"{name}@example.com", name, role, PASSWORD)
        for name, address in (("Ben Miller", "miller"), ("Cleo Díaz", "cleo"), ("Dan Fry", "fry"), ("Dan Orr", "orr")):
            accounts.add(tx, f"{address}@example.com", name, Role.AGENT, PASSWORD)
        accounts.disable(tx, "gone@example.com")
        assert {one.name for one in notes.named_in(text, accounts.every(tx))} == named


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("@dan please", {"dan": ("Dan Fry", "Dan Orr")}),
        ("@Dan Fry, @ana and @me@example.com", {}),
        ("@Mi. @Mi!", {"mi": ("Ben Miller",)}),
        ("At @12:00, mail dan@example.com", {}),
        ("@nobody@example.org @Gone", {"nobody@example.org": (), "gone": ()}),
        ("@" * 20_000, {}),
        ("@a" * 20_000, {"a@a": ()}),
        (" @a" * 1300, {"a": ("Ana",)}),
        ("@strauss and @Strauß", {}),
    ],
)
def test_what_calls_nobody_is_told_with_the_names_that_begin_so(
    database: Database, text: str, lost: dict[str, tuple[str, ...]]
) -> None:
    with database.transaction() as tx:
        me = accounts.add(tx, "me@example.com", "Me", Role.AGENT, PASSWORD)
        for number, name in enumerate(("Ana", "Ben Miller", "Dan Fry", "Dan Orr", "Gone", "Strauß")):
            accounts.add(tx, f"{number}@example.com", name, Role.AGENT, PASSWORD)
        accounts.disable(tx, "4@example.com")
        assert {one.name: one.like for one in notes.not_found(tx, text, me)} == lost


def test_empty_too_long_and_outdated_notes_are_refused(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        for text in (" \u200b ", "a" * (notes.LONGEST_NOTE + 1)):
            with pytest.raises(BadRequest):
                notes.add(tx, ticket.id, desk_people.ana, text)
        with pytest.raises(Conflict, match="meantime"):
            notes.add(tx, ticket.id, desk_people.ana, "late", ticket.version + 1)
        assert notes.of_ticket(tx, ticket) == ()
