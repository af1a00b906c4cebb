"""Tags, transfer and snooze: optimistic like every change, heard by the desk alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from bot.conversation import conversations
from bot.conversation.conversations import State
from bot.desk import history, notes, queue, snooze, tags, tickets
from bot.desk.history import Deed
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.desk.transfer import assign, transfer, unassign
from bot.errors import BadRequest, Conflict
from bot.events import log
from bot.events.log import Audience
from bot.handoff.hand_off import hand_off
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock, tables
from bot.storage.engine import Database
from tests.conftest import PACKET
from tests.unit.bot.desk.conftest import People

TEAMS = {"orders": "Orders", "legal": "Legal"}
HOUR = 3600


def _later() -> str:
    return clock.after(clock.now(), HOUR)


def test_a_ticket_is_given_back_to_the_queue_and_handed_over_to_a_person(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    ana, ben = desk_people.ana, desk_people.ben
    with database.transaction() as tx:
        assert unassign(tx, ticket.id, ana) == tickets.load(tx, ticket.id)  # nobody had it
        tickets.claim(tx, ticket.id, ana)
        with pytest.raises(Conflict, match="Ana is working"):
            unassign(tx, ticket.id, ben)
        with pytest.raises(Conflict, match="meantime"):
            unassign(tx, ticket.id, ana, ticket.version)
        free = unassign(tx, ticket.id, ana)
        assert (free.status, free.assignee, free.team) == (TicketStatus.WAITING, None, ticket.team)
        assert conversations.load(tx, ticket.conversation_id).state is State.WAITING
        assert assign(tx, ticket.id, ana, ben, free.version).assignee == ben.id
        trail = [(entry.by, entry.deed, entry.detail) for entry in history.of_ticket(tx, ticket)]
        sent = tx.execute(tables.outbox.select().order_by(tables.outbox.c.id)).all()
    assert trail[1:] == [("Ana", Deed.CLAIMED, ""), ("Ana", Work.UNASSIGNED, ""), ("Ana", Work.ASSIGNED, "Ben Miller")]
    assert [row.topic for row in sent][-3:] == ["ticket.claimed", "ticket.unassigned", "ticket.claimed"]


def test_tags_are_alike_in_every_spelling_short_and_few(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        once = tags.add(tx, ticket.id, desk_people.ana, " Late  Parcel ", ticket.version)
        assert tags.add(tx, ticket.id, desk_people.ana, "LATE-parcel") == once
        for bad in ("", "a" * (tags.LONGEST_TAG + 1), "a,b", "<b>"):
            with pytest.raises(BadRequest):
                tags.add(tx, ticket.id, desk_people.ana, bad)
        for number in range(1, tags.MOST_TAGS):
            tags.add(tx, ticket.id, desk_people.ana, f"tag{number}")
        with pytest.raises(BadRequest, match="at most"):
            tags.add(tx, ticket.id, desk_people.ana, "one-more")
        tags.remove(tx, ticket.id, desk_people.ana, "Tag1")
        now = tags.of_tickets(tx, [ticket.id])[ticket.id]
    assert now[0] == "late-parcel"
    assert "tag1" not in now


def test_a_transfer_puts_the_ticket_before_another_team_and_stays_through_the_next_handoff(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        tickets.reply(tx, ticket.id, desk_people.ana, "Hello")
        moved = transfer(tx, ticket.id, desk_people.ana, "legal", TEAMS)
        assert (moved.team, moved.assignee, moved.status) == ("legal", None, TicketStatus.WAITING)
        assert moved.first_response_due == ticket.first_response_due
        assert conversations.load(tx, ticket.conversation_id).state is State.WAITING
        assert hand_off(tx, ticket.conversation_id, PACKET).team == "legal"
        claimed = tickets.claim(tx, ticket.id, desk_people.ben)
        assert claimed.assignee == desk_people.ben.id
        with pytest.raises(BadRequest):
            transfer(tx, ticket.id, desk_people.ben, "nobody", TEAMS)
        with pytest.raises(Conflict, match="Ben Miller is working"):
            transfer(tx, ticket.id, desk_people.ana, "orders", TEAMS)


def test_a_snoozed_ticket_is_out_of_the_queue_until_its_time_and_keeps_its_clocks(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        put_off = snooze.snooze(tx, ticket.id, desk_people.ana, _later(), ticket.version)
        assert queue.find(tx, Wanted()).total == 0
        assert queue.find(tx, Wanted(View.SNOOZED)).total == 1
        assert queue.counts(tx, "")[View.OPEN] == 0
        assert replace(put_off, snoozed_until=None, version=ticket.version) == ticket
        tx.execute(update(tables.tickets).values(snoozed_until=clock.now()))
        assert queue.find(tx, Wanted()).total == 1
        assert queue.find(tx, Wanted(View.SNOOZED)).total == 0


def test_a_customer_who_writes_or_asks_for_a_person_brings_it_back(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    back: list[Callable[[Connection], object]] = [
        lambda tx: snooze.customer_wrote(tx, ticket.conversation_id),
        lambda tx: hand_off(tx, ticket.conversation_id, PACKET),
        lambda tx: snooze.wake(tx, ticket.id, desk_people.ana),
    ]
    with database.transaction() as tx:
        for bring in back:
            before = snooze.snooze(tx, ticket.id, desk_people.ana, _later())
            bring(tx)
            assert queue.find(tx, Wanted()).total == 1
            assert tickets.load(tx, ticket.id).version == before.version + 1


@pytest.mark.parametrize("seconds", [-1, 91 * 24 * HOUR])
def test_a_time_that_is_over_or_far_away_is_refused(
    database: Database, ticket: Ticket, desk_people: People, seconds: int
) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        snooze.snooze(tx, ticket.id, desk_people.ana, clock.after(clock.now(), seconds))


CHANGES: dict[str, Callable[[Connection, Ticket, People, int], object]] = {
    "note": lambda tx, ticket, people, version: notes.add(tx, ticket.id, people.ana, "Hello", version),
    "tag": lambda tx, ticket, people, version: tags.add(tx, ticket.id, people.ana, "tag", version),
    "untag": lambda tx, ticket, people, version: tags.remove(tx, ticket.id, people.ana, "tag", version),
    "transfer": lambda tx, ticket, people, version: transfer(tx, ticket.id, people.ana, "legal", TEAMS, version),
    "snooze": lambda tx, ticket, people, version: snooze.snooze(tx, ticket.id, people.ana, _later(), version),
    "wake": lambda tx, ticket, people, version: snooze.wake(tx, ticket.id, people.ana, version),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_outdated_version_is_refused_and_leaves_no_event(
    database: Database, ticket: Ticket, desk_people: People, change: str
) -> None:
    with database.transaction() as tx:
        before = log.last_id(tx)
        with pytest.raises(Conflict, match="meantime"):
            CHANGES[change](tx, ticket, desk_people, ticket.version + 1)
        assert (log.last_id(tx), tickets.load(tx, ticket.id)) == (before, ticket)


def test_the_history_says_who_did_what_and_customers_hear_nothing_of_the_desks_part(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    ana, ben = desk_people.ana, desk_people.ben
    with database.transaction() as tx:
        tickets.reply(tx, ticket.id, ana, "Hello")
        notes.add(tx, ticket.id, ana, "zeppelin")
        tags.add(tx, ticket.id, ana, "zeppelin")
        tags.remove(tx, ticket.id, ana, "zeppelin")
        transfer(tx, ticket.id, ana, "legal", TEAMS)
        hand_off(tx, ticket.conversation_id, PACKET)
        until = _later()
        snooze.snooze(tx, ticket.id, ben, until)
        snooze.customer_wrote(tx, ticket.conversation_id)
        tickets.claim(tx, ticket.id, ben)
        tickets.claim(tx, ticket.id, ana, take_over=True)
        tickets.resolve(tx, ticket.id, ana, "zeppelin done")
        trail = history.of_ticket(tx, ticket)
        heard = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.ALL)
    assert [(entry.by, entry.deed, entry.detail) for entry in trail] == [
        (None, Deed.HANDED_OVER, ""),
        ("Ana", Deed.CLAIMED, ""),
        ("Ana", Deed.REPLIED, ""),
        ("Ana", Deed.NOTED, ""),
        ("Ana", Work.TAGGED, "zeppelin"),
        ("Ana", Work.UNTAGGED, "zeppelin"),
        ("Ana", Work.TRANSFERRED, "legal"),
        (None, Deed.ASKED_AGAIN, ""),
        ("Ben Miller", Work.SNOOZED, until),
        (None, Work.WOKEN, ""),
        ("Ben Miller", Deed.CLAIMED, ""),
        ("Ana", Deed.TAKEN_OVER, "Ben Miller"),
        ("Ana", Deed.RESOLVED, "zeppelin done"),
    ]
    assert "zeppelin" not in str(heard)
    assert "legal" not in str(heard)
