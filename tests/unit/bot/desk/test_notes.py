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
    ],
)
def test_who_is_named(database: Database, text: str, named: set[str]) -> None:
    with database.transaction() as tx:
        for name, role in (("Ana", Role.AGENT), ("Ben", Role.AGENT), ("Gone", Role.AGENT), ("Writer", Role.CONTENT)):
            accounts.add(tx, f"{name}@example.com", name, role, PASSWORD)
        accounts.add(tx, "miller@example.com", "Ben Miller", Role.AGENT, PASSWORD)
        accounts.disable(tx, "gone@example.com")
        assert {one.name for one in notes.named_in(text, accounts.every(tx))} == named


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
