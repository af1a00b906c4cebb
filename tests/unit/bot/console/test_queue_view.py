"""Which tickets the queue shows, and in what order."""

from __future__ import annotations

import time
from dataclasses import replace

from sqlalchemy import Connection, insert, update

from bot.access import Role
from bot.console.pages import page
from bot.console.queue_view import TABS, look
from bot.conversation.conversations import open_conversation
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts, tags, tickets
from bot.desk.queue import View, Wanted
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket
from bot.storage import tables
from bot.storage.engine import Database
from tests.conftest import PACKET


def _due(tx: Connection, goal: str, moment: str) -> Ticket:
    conversation = open_conversation(tx, site="shop", language="en").conversation
    target = replace(PACKET.target, first_response_due=moment, resolution_due=moment)
    return hand_off(tx, conversation.id, replace(PACKET, goal=goal, target=target))


def test_least_time_left_comes_first_and_answered_tickets_last(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        _due(tx, "later", "2026-11-22T12:00:00.000Z")
        _due(tx, "soon", "2026-11-22T11:00:00.000Z")
        answered = _due(tx, "answered", "2026-11-22T10:00:00.000Z")
        tickets.reply(tx, answered.id, maya, "Hello")
        seen = look(tx, policies, Wanted(View.OPEN, maya.id))
    assert [line.ticket.goal for line in seen.lines] == ["soon", "later", "answered"]
    assert [line.answered for line in seen.lines] == [False, False, True]


def test_due_soon_is_by_the_times_of_the_customers_tier(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        for tier in ("", " VIP", "gold"):
            customer = records.upsert(tx, Identity(f"c{tier}", tier=tier or None)).id
            ticket = _due(tx, tier, "2026-11-22T12:00:00.000Z")
            conversation = tables.conversations.c.id == ticket.conversation_id
            tx.execute(update(tables.conversations).where(conversation).values(customer_id=customer))
        nobody = _due(tx, "nobody", "2026-11-22T12:00:00.000Z")
        priority = Priority(nobody.priority)
        seen = look(tx, policies, Wanted(View.OPEN, maya.id))
    everybodys, vips = (policies.level(priority, tier).warn_minutes for tier in (None, "vip"))
    assert everybodys != vips
    warned = {line.ticket.goal: line.warn_minutes for line in seen.lines}
    assert warned == {"": everybodys, " VIP": vips, "gold": everybodys, "nobody": everybodys}


def test_each_row_says_whose_it_is_and_how_it_is_tagged(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        leo = accounts.add(tx, "l@example.com", "Leo", Role.AGENT, "a long enough password")
        due = "2026-11-22T12:00:00.000Z"
        mine, his = (_due(tx, goal, due) for goal in ("mine", "his"))
        tickets.claim(tx, mine.id, maya)
        tickets.claim(tx, his.id, leo)
        tags.add(tx, mine.id, maya, "refund")
        seen = look(tx, policies, Wanted(View.OPEN, maya.id))
    rows = {line.ticket.goal: line for line in seen.lines}
    assert (rows["mine"].mine, rows["mine"].tags) == (True, ("refund",))
    assert (rows["his"].mine, rows["his"].assignee, rows["his"].tags) == (False, "Leo", ())
    assert seen.tags == ("refund",)
    assert (seen.counts[View.OPEN], seen.counts[View.MINE]) == (2, 1)
    assert View.CLOSED not in seen.counts


def test_a_page_of_a_thousand_open_tickets_takes_at_most_twice_that_of_fifty(
    database: Database, policies: HandoffPolicies
) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        _due(tx, "the first", "2026-11-22T12:00:00.000Z")

    def fill(start: int, end: int) -> None:
        with database.transaction() as tx:
            ticket = dict(tx.execute(tables.tickets.select()).mappings().first() or {})
            talk = dict(tx.execute(tables.conversations.select()).mappings().first() or {})
            ids = [f"t{number:04}" for number in range(start, end)]
            said = {"role": "customer", "text": "My parcel is late, what now?", "created_at": talk["created_at"]}
            tx.execute(insert(tables.conversations), [talk | {"id": one} for one in ids])
            tx.execute(insert(tables.tickets), [ticket | {"id": one, "conversation_id": one} for one in ids])
            tx.execute(insert(tables.messages), [said | {"conversation_id": one} for one in ids for _ in range(4)])

    def once(words: str) -> float:
        started = time.thread_time()
        with database.snapshot() as tx:
            seen = look(tx, policies, Wanted(View.OPEN, maya.id, words=words))
        shown = page("lines.html", {"queue": seen, "tabs": TABS})
        assert shown.body.count(b'<li id="line-') == len(seen.lines)
        return time.thread_time() - started

    def fastest(words: str = "") -> float:
        return min(once(words) for _ in range(7))

    fill(1, 50)
    few, searched_few = fastest(), fastest("zebra")
    fill(50, 1000)
    many, searched = fastest(), fastest("zebra")
    print(f"50 open: {few * 1e3:.1f} ms, searched {searched_few * 1e3:.1f} ms")
    print(f"1,000 open: {many * 1e3:.1f} ms, searched {searched * 1e3:.1f} ms")
    assert many <= 2 * few
