"""Which tickets the queue shows, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.access import Role
from bot.console.queue_view import Show, look
from bot.conversation.conversations import open_conversation
from bot.desk import accounts, tickets
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database
from tests.conftest import PACKET

POLICIES = Path(__file__).parents[4] / "data" / "policies"


@pytest.fixture(scope="module")
def policies() -> HandoffPolicies:
    return read_policies(POLICIES)


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
        seen = look(tx, policies, maya.id, Show.OPEN, "")
    assert [line.ticket.goal for line in seen.lines] == ["soon", "later", "answered"]
    assert [line.answered for line in seen.lines] == [False, False, True]


def test_each_tab_has_its_tickets_and_counts_them(database: Database, policies: HandoffPolicies) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        leo = accounts.add(tx, "l@example.com", "Leo", Role.AGENT, "a long enough password")
        due = "2026-11-22T12:00:00.000Z"
        mine, his, done = (_due(tx, goal, due) for goal in ("mine", "his", "done"))
        _due(tx, "waiting", due)
        tickets.claim(tx, mine.id, maya)
        tickets.claim(tx, his.id, leo)
        tickets.resolve(tx, done.id, maya)
        shown = {show: look(tx, policies, maya.id, show, "") for show in Show}
    goals = {show: {line.ticket.goal for line in view.lines} for show, view in shown.items()}
    assert goals == {
        Show.OPEN: {"mine", "his", "waiting"},
        Show.WAITING: {"waiting"},
        Show.MINE: {"mine"},
        Show.CLAIMED: {"mine", "his"},
        Show.CLOSED: {"done"},
    }
    counts = shown[Show.OPEN].counts
    assert counts == {Show.OPEN: 3, Show.WAITING: 1, Show.MINE: 1, Show.CLAIMED: 2, Show.CLOSED: None}
    assert next(line.assignee for line in shown[Show.OPEN].lines if line.ticket.goal == "his") == "Leo"


def test_every_word_searched_must_stand_in_goal_or_facts(
    database: Database, policies: HandoffPolicies, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        waiting_ticket(tx)
        queries = ("", "TALK fw-123456", "talk x9")
        found = [len(look(tx, policies, "", Show.OPEN, query).lines) for query in queries]
    assert found == [1, 1, 0]
