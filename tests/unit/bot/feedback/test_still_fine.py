"""Asked once, at the right time, in opening hours; "no" opens the same ticket again, "yes" ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.access import Role
from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import accounts, history, queue, tickets
from bot.desk.history import Deed
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadPolicy, Conflict, NotFound
from bot.feedback import still_fine
from bot.feedback.still_fine import Answer
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.still_fine_policy import read_still_fine
from bot.handoff.ticket import Ticket, TicketStatus
from bot.privacy.erase import erase
from bot.privacy.person import Scope
from bot.storage import tables
from bot.storage.engine import Database
from tests.conftest import PACKET

ROOT = Path(__file__).parents[4]
FILE = ROOT / "data" / "policies" / "still_fine.yaml"
RESOLVED = "2026-11-20T15:00:00.000Z"
DUE = "2026-11-23T15:00:00.000Z"
AT_NIGHT = "2026-11-24T06:00:00.000Z"
TOO_LATE = "2026-11-28T15:00:00.000Z"

Handed = Callable[[Connection], Ticket]


def _resolved(tx: Connection, ticket: Ticket) -> Ticket:
    agent = accounts.find(tx, "maya@example.com")
    account = agent.account if agent else accounts.add(tx, "maya@example.com", "Maya", Role.AGENT, "correct horse")
    tickets.reply(tx, ticket.id, account, "It is mended.")
    tickets.resolve(tx, ticket.id, account)
    tx.execute(update(tables.tickets).where(tables.tickets.c.id == ticket.id).values(closed_at=RESOLVED))
    return tickets.load(tx, ticket.id)


@pytest.fixture
def resolved(database: Database, waiting_ticket: Handed) -> Ticket:
    with database.transaction() as tx:
        return _resolved(tx, waiting_ticket(tx))


def test_the_customer_is_asked_once_when_it_is_time_and_somebody_is_there(
    database: Database, policies: HandoffPolicies, resolved: Ticket
) -> None:
    with database.transaction() as tx:
        for moment in ("2026-11-22T15:00:00.000Z", AT_NIGHT, TOO_LATE):
            assert still_fine.due(tx, policies, moment) == ()
            assert still_fine.ask(tx, policies, resolved, moment) is None
        assert still_fine.open_question(tx, resolved.conversation_id) is None
        assert still_fine.due(tx, policies, DUE) == (resolved,)
        asked = still_fine.ask(tx, policies, resolved, DUE)
        assert asked is not None
        assert (asked.role, asked.text) == (Speaker.SYSTEM, policies.still_fine.says["en"].question)
        assert still_fine.due(tx, policies, DUE) == ()
        assert still_fine.ask(tx, policies, resolved, DUE) is None
        assert still_fine.open_question(tx, resolved.conversation_id) == resolved


def test_whoever_was_erased_is_not_asked_and_holds_nobody_else_up(
    database: Database, policies: HandoffPolicies, resolved: Ticket, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        other = _resolved(tx, waiting_ticket(tx))
        erase(tx, Scope(conversations=(resolved.conversation_id,)), "conversation")
        assert still_fine.due(tx, policies, DUE) == (other,)


def test_no_opens_the_same_ticket_again_with_an_honest_time(
    database: Database, policies: HandoffPolicies, resolved: Ticket
) -> None:
    with database.transaction() as tx:
        still_fine.ask(tx, policies, resolved, DUE)
        answered = still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=False)
        again = still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=False)
        ticket = tickets.load(tx, resolved.id)
        said = messages.transcript(tx, resolved.conversation_id)
        deeds = [entry.deed for entry in history.of_ticket(tx, ticket)]
        mine = queue.find(tx, Wanted(View.MENTIONS, resolved.assignee or "")).tickets
        state = conversations.load(tx, resolved.conversation_id).state
        with pytest.raises(Conflict, match="answered already"):
            still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=True)
    assert (answered.created, again.created) == (True, False)
    assert (ticket.status, ticket.closed_at, ticket.assignee, state) == (
        TicketStatus.WAITING, None, None, State.WAITING,
    )  # fmt: skip
    assert ticket.created_at == resolved.created_at
    assert ticket.first_response_due > resolved.first_response_due
    assert ticket.first_response_due == ticket.packet.target.first_response_due
    assert [one.text for one in said[-2:]] == [policies.still_fine.says["en"].no, ticket.packet.target.told_customer]
    assert deeds[-3:] == [Work.ASKED_STILL_FINE, Work.REOPENED, Deed.NOTED]
    assert Deed.RESOLVED in deeds, "its history is there"
    assert [one.id for one in mine] == [ticket.id], "who had it hears of it"


def test_yes_ends_it_and_nobody_is_asked_again_whatever_happens(
    database: Database, policies: HandoffPolicies, resolved: Ticket
) -> None:
    with database.transaction() as tx:
        still_fine.ask(tx, policies, resolved, DUE)
        still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=True)
        assert tickets.load(tx, resolved.id).status is TicketStatus.RESOLVED
        assert conversations.load(tx, resolved.conversation_id).state is State.RESOLVED
        assert messages.transcript(tx, resolved.conversation_id)[-1].text == policies.still_fine.says["en"].thanks
        assert still_fine.due(tx, policies, DUE) == ()


def test_reopened_and_resolved_again_it_is_not_asked_again(
    database: Database, policies: HandoffPolicies, resolved: Ticket
) -> None:
    with database.transaction() as tx:
        still_fine.ask(tx, policies, resolved, DUE)
        still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=False)
        again = _resolved(tx, tickets.load(tx, resolved.id))
        assert still_fine.due(tx, policies, DUE) == ()
        assert still_fine.ask(tx, policies, again, DUE) is None


def test_who_wrote_again_is_not_asked_and_cannot_answer_for_another(
    database: Database, policies: HandoffPolicies, resolved: Ticket, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        other = waiting_ticket(tx)
        with pytest.raises(NotFound):
            still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=True)
        still_fine.ask(tx, policies, resolved, DUE)
        with pytest.raises(NotFound):
            still_fine.answer(tx, policies, other.conversation_id, resolved.id, fine=False)
        hand_off(tx, resolved.conversation_id, PACKET)
        with pytest.raises(Conflict, match="went on"):
            still_fine.answer(tx, policies, resolved.conversation_id, resolved.id, fine=False)
        later = _resolved(tx, other)
        conversations.set_state(tx, conversations.load(tx, later.conversation_id), State.OPEN)
        assert still_fine.due(tx, policies, DUE) == ()


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("yes", True), ("Yes, thanks!", True), ("It still works", True), ("all good thank you", True),
        ("Ja, danke", True), ("no problems", True), ("How do I reset it again?", None),
        ("No", False), ("It stopped working", False), ("nein, wieder kaputt", False),
        ("Yes but it broke again", False), ("non, toujours pas", False), ("How do I add a camera?", None),
    ],
)  # fmt: skip
def test_an_answer_in_free_words_is_understood(policies: HandoffPolicies, text: str, yes: bool | None) -> None:
    assert policies.still_fine.is_yes(text) is yes


def test_the_policy_says_for_whom_and_whether_at_all(policies: HandoffPolicies, resolved: Ticket) -> None:
    policy = policies.still_fine
    assert policy.wait_days(resolved) == 3
    assert policy.wait_days(replace(resolved, priority="urgent")) == 1
    assert policy.wait_days(replace(resolved, category="self_harm", priority="urgent")) is None
    assert policy.wait_days(replace(resolved, packet=replace(resolved.packet, topic="returns"))) == 7
    assert replace(policy, ask=False).wait_days(resolved) is None


def test_switched_off_nobody_is_due(database: Database, policies: HandoffPolicies, resolved: Ticket) -> None:
    off = replace(policies, still_fine=replace(policies.still_fine, ask=False))
    with database.transaction() as tx:
        assert still_fine.due(tx, off, DUE) == ()
        assert still_fine.ask(tx, off, resolved, DUE) is None


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("ask: true", "ask: yes please", "ask"),
        ("days: 3", "days: -1", "days"),
        ("priority: [urgent]", "priority: [huge]", "rules.1.when"),
        ("priority: [urgent]", "mood: [bad]", "rules.1.when"),
        ('thanks: "Danke, gut zu wissen. Sie können hier jederzeit schreiben."', "", "says.de"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, where: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / FILE.name
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy, match=where):
        read_still_fine(changed, ("en", "de", "fr", "es"), ("orders",))


def test_all_of_it_is_in_the_tickets_language_whatever_the_pages_is(
    database: Database, policies: HandoffPolicies
) -> None:
    with database.transaction() as tx:
        conversation = conversations.open_conversation(tx, site="shop", language="en").conversation
        ticket = _resolved(tx, hand_off(tx, conversation.id, replace(PACKET, language="de")))
        asked = still_fine.ask(tx, policies, ticket, DUE)
        still_fine.answer(tx, policies, conversation.id, ticket.id, fine=True)
        said = [one.text for one in messages.transcript(tx, conversation.id)]
    german = policies.still_fine.says["de"]
    assert asked is not None
    assert [asked.text, *said[-2:]] == [german.question, german.yes, german.thanks]


def test_words_are_taken_as_an_answer_only_when_they_are_one(
    database: Database, policies: HandoffPolicies, resolved: Ticket
) -> None:
    with database.transaction() as tx:
        still_fine.ask(tx, policies, resolved, DUE)
        unclear = messages.append(tx, resolved.conversation_id, Speaker.CUSTOMER, "What about my camera?").message
        assert still_fine.heard(tx, policies, resolved, unclear, unclear_is_no=False) is None
        assert still_fine.heard(tx, policies, resolved, unclear, unclear_is_no=True) is Answer.NOT_FINE
        assert tickets.load(tx, resolved.id).status is TicketStatus.WAITING
