"""Which tickets each view has, in what order, found by which words, and how long a page takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, update

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import contacts, customer_of, queue, record_of, snooze, tags, tickets
from bot.desk.queue import View, Wanted
from bot.handoff.hand_off import hand_off
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.mail_tables import mail_threads
from bot.storage.tables import conversations
from tests.conftest import PACKET
from tests.unit.bot.desk.conftest import People

Waiting = Callable[[Connection], Ticket]


def _goals(tx: Connection, wanted: Wanted) -> list[str]:
    return [ticket.goal for ticket in queue.find(tx, wanted).tickets]


def _ticket(tx: Connection, goal: str, due: str = "2026-11-22T12:00:00.000Z", team: str = "orders") -> Ticket:
    conversation = open_conversation(tx, site="shop", language="en").conversation
    target = replace(PACKET.target, team=team, first_response_due=due, resolution_due=due)
    return hand_off(tx, conversation.id, replace(PACKET, goal=goal, target=target))


def test_each_view_has_its_tickets_and_counts_them(database: Database, desk_people: People) -> None:
    ana, ben = desk_people.ana, desk_people.ben
    with database.transaction() as tx:
        mine, his, done, later = (_ticket(tx, goal) for goal in ("mine", "his", "done", "later"))
        _ticket(tx, "waiting")
        tickets.claim(tx, mine.id, ana)
        tickets.claim(tx, his.id, ben)
        tickets.resolve(tx, done.id, ana)
        snooze.snooze(tx, later.id, ana, clock.after(clock.now(), 60))
        found = {view: set(_goals(tx, Wanted(view, ana.id))) for view in View}
        counted = queue.counts(tx, ana.id)
    assert found == {
        View.OPEN: {"mine", "his", "waiting"},
        View.WAITING: {"waiting"},
        View.MINE: {"mine"},
        View.MENTIONS: set(),
        View.CLAIMED: {"mine", "his"},
        View.SNOOZED: {"later"},
        View.CLOSED: {"done"},
    }
    assert counted == {view: len(goals) for view, goals in found.items() if view is not View.CLOSED}


def test_a_view_is_narrowed_by_team_tag_and_status(database: Database, desk_people: People) -> None:
    with database.transaction() as tx:
        legal, tagged = _ticket(tx, "legal", team="legal"), _ticket(tx, "tagged")
        tags.add(tx, tagged.id, desk_people.ana, "refund")
        tickets.claim(tx, legal.id, desk_people.ana)
        assert _goals(tx, Wanted(team="legal")) == ["legal"]
        assert _goals(tx, Wanted(tag="Refund")) == ["tagged"]
        assert _goals(tx, Wanted(status=TicketStatus.CLAIMED)) == ["legal"]
        assert _goals(tx, Wanted(team="legal", tag="refund")) == []


def test_pages_hold_every_ticket_once_in_order_and_the_last_stands_for_those_beyond(database: Database) -> None:
    with database.transaction() as tx:
        for hour in (3, 1, 2):
            _ticket(tx, str(hour), f"2026-11-22T0{hour}:00:00.000Z")
        pages = [_goals(tx, Wanted(page=page, size=2)) for page in (1, 2, 9)]
        found = queue.find(tx, Wanted(page=9, size=2))
    assert pages == [["1", "2"], ["3"], ["3"]]
    assert (found.page, found.pages, found.total) == (2, 2, 3)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("TALK fw-123456", True),
        ("talk kaputt", True),
        ("talk x9", False),
        ("äRGERLICH", True),
        ("ärgerlich", True),
        ("100%", True),
        ("1%0", False),
        ("a_b", True),
        ("a_c", False),
        ("refund", True),
        ("refun", False),
        ("'; DROP TABLE tickets; --", False),
    ],
)
def test_every_word_searched_must_stand_in_goal_conversation_or_tags(
    database: Database, ticket: Ticket, desk_people: People, words: str, found: bool
) -> None:
    with database.transaction() as tx:
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Ärgerlich, a_b ist 100% kaputt")
        tags.add(tx, ticket.id, desk_people.ana, "refund")
        assert queue.find(tx, Wanted(words=words)).total == int(found)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ada", "vouched"),
        ("lovelace ADA@example.com", "vouched"),
        ("c-4711", "vouched"),
        ("Jo", "typed"),
        ("jo@example.org", "typed"),
        ("mailer@example.net", "mail"),
        ("ada jo", None),
    ],
)
def test_a_customer_is_found_by_name_address_and_number(
    database: Database, words: str, found: str | None
) -> None:
    with database.transaction() as tx:
        vouched, typed, mail = (_ticket(tx, goal) for goal in ("vouched", "typed", "mail"))
        ada = records.upsert(tx, Identity("c-4711", "Ada Lovelace", "ada@example.com")).id
        theirs = conversations.c.id == vouched.conversation_id
        tx.execute(update(conversations).where(theirs).values(customer_id=ada))
        contacts.keep(tx, typed.conversation_id, "Jo", "jo@example.org")
        thread = {"conversation_id": mail.conversation_id, "token": "t", "channel": "email", "proof": "claimed"}
        rest = {"address": "Mailer@example.net", "subject": "", "quiet": 0, "created_at": clock.now()}
        tx.execute(insert(mail_threads).values(thread | rest))
        assert _goals(tx, Wanted(words=words)) == ([found] if found else [])
        shown = (vouched, typed, mail, _ticket(tx, "nobody"))
        known = record_of.of_conversations(tx, [one.conversation_id for one in shown])
        called = customer_of.names_of(tx, shown, known)
    assert called == {vouched.id: "Ada Lovelace", typed.id: "Jo", mail.id: "Mailer@example.net"}


@pytest.mark.parametrize("view", View)
def test_a_number_whole_or_short_finds_its_ticket_in_every_view(
    database: Database, desk_people: People, view: View
) -> None:
    with database.transaction() as tx:
        closed, said = _ticket(tx, "closed"), _ticket(tx, "said")
        _ticket(tx, "another")
        messages.append(tx, said.conversation_id, Speaker.CUSTOMER, f"You told me {closed.id[:8]}")
        tickets.resolve(tx, closed.id, desk_people.ana)
        for words in (closed.id, closed.id.upper(), f"#{closed.id}", closed.id[:8], f" #{closed.id[:8]}"):
            assert "closed" in _goals(tx, Wanted(view, words=words, team="legal"))
        if view is View.OPEN:
            # Due at the same time, if they were made within one millisecond.
            assert set(_goals(tx, Wanted(view, words=closed.id[:8]))) == {"closed", "said"}
        for words in ("#", f"#{closed.id[:7]}", f"{closed.id[:8]} closed x", "zzzzzzzz"):
            assert _goals(tx, Wanted(View.WAITING, words=words)) == []


def test_a_ticket_is_found_by_its_id(database: Database, waiting_ticket: Waiting) -> None:
    with database.transaction() as tx:
        wanted, _ = waiting_ticket(tx), waiting_ticket(tx)
        assert [one.id for one in queue.find(tx, Wanted(words=wanted.id.upper())).tickets] == [wanted.id]
