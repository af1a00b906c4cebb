"""A customer who writes again waits, by a time of its own; the queue goes by the nearest of a ticket's times."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.desk import due_times, next_reply, outside, queue, tickets
from bot.desk.due_times import Due
from bot.desk.next_reply import NextReply
from bot.desk.queue import Wanted
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import complaints, promises
from bot.storage.engine import Database
from tests.conftest import PACKET
from tests.unit.bot.desk.conftest import People


def _hours(hours: float) -> str:
    return clock.after(clock.now(), int(hours * 3600))


def _ticket(tx: Connection, goal: str, answer: float, solution: float, priority: str = "urgent") -> Ticket:
    conversation = open_conversation(tx, site="shop", language="en").conversation
    target = replace(
        PACKET.target, priority=priority, first_response_due=_hours(answer), resolution_due=_hours(solution)
    )
    return hand_off(tx, conversation.id, replace(PACKET, goal=goal, target=target))


def _writes(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> None:
    said = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Are you still there?").message
    tickets.customer_wrote(tx, policies, said)


def _waits(tx: Connection, ticket: Ticket) -> NextReply | None:
    return next_reply.of_tickets(tx, [ticket.id]).get(ticket.id)


def _order(tx: Connection) -> list[str]:
    return [ticket.goal for ticket in queue.find(tx, Wanted()).tickets]


def test_who_writes_after_an_answer_waits_from_the_first_message_until_a_person_answers(
    database: Database, desk_people: People, policies: HandoffPolicies
) -> None:
    with database.transaction() as tx:
        ticket = _ticket(tx, "smoke", 1, 4)
        _writes(tx, policies, ticket)
        assert _waits(tx, ticket) is None, "its first answer is due anyway"
        tickets.claim(tx, ticket.id, desk_people.ana)
        _writes(tx, policies, ticket)
        first = _waits(tx, ticket)
        assert first is not None
        assert clock.read(first.due_at) <= clock.read(_hours(0.25)), "urgent: within 15 minutes, at any time of day"
        _writes(tx, policies, ticket)
        assert _waits(tx, ticket) == first
        tickets.reply(tx, ticket.id, desk_people.ana, "Yes.")
        assert _waits(tx, ticket) is None
        _writes(tx, policies, ticket)
        outside.reply(tx, ticket.id, "Zoe", "I am here.", "zendesk:1")
        assert _waits(tx, ticket) is None
        _writes(tx, policies, ticket)
        tickets.resolve(tx, ticket.id, desk_people.ana)
        assert _waits(tx, ticket) is None
        _writes(tx, policies, ticket)
        assert _waits(tx, ticket) is None, "it is closed"


def test_a_merged_ticket_takes_the_waiting_along(database: Database, desk_people: People) -> None:
    with database.transaction() as tx:
        one, other = _ticket(tx, "one", 1, 4), _ticket(tx, "other", 1, 4)
        for ticket, wrote in ((one, "2026-11-22T09:00:00.000Z"), (other, "2026-11-22T10:00:00.000Z")):
            next_reply._wait(tx, NextReply(ticket.id, wrote, wrote))
        next_reply.hand_on(tx, one, other)
        assert _waits(tx, one) is None
        assert _waits(tx, other) == NextReply(other.id, "2026-11-22T09:00:00.000Z", "2026-11-22T09:00:00.000Z")


def test_the_queue_goes_by_the_nearest_of_answer_reply_promise_complaint_and_solution(
    database: Database, desk_people: People, policies: HandoffPolicies
) -> None:
    ana = desk_people.ana
    with database.transaction() as tx:
        goals = ("solved late", "answered", "wrote again", "promise", "complaint", "nobody answered")
        made = {goal: _ticket(tx, goal, 2, -1 if goal == "solved late" else 90) for goal in goals}
        said = {goal: tickets.reply(tx, made[goal].id, ana, "Hello").message for goal in goals[:-1]}
        assert _order(tx)[:2] == ["nobody answered", "solved late"]
        _writes(tx, policies, made["wrote again"])
        promise = {
            "ticket_id": made["promise"].id, "conversation_id": made["promise"].conversation_id, "kind": "call",
            "message_id": said["promise"].id, "sentence": "We call you.", "owner": ana.id, "made_by": ana.id,
            "made_at": _hours(-2), "warn_at": _hours(-2), "reason": "",
        }  # fmt: skip
        kept = promise | {"id": "kept", "status": "kept", "due_at": _hours(-9), "done_at": _hours(-9)}
        broken = promise | {"id": "broken", "status": "broken", "due_at": _hours(-1), "done_at": None}
        tx.execute(insert(promises), [kept, broken])
        complaint = {
            "ticket_id": made["complaint"].id, "conversation_id": made["complaint"].conversation_id, "version": 1,
            "stage": "received", "stage_since": _hours(-2), "due_at": _hours(1), "opened_at": _hours(-2),
        }  # fmt: skip
        tx.execute(insert(complaints).values(complaint))
        assert _order(tx) == ["promise", "wrote again", "complaint", "nobody answered", "solved late", "answered"]


def test_what_is_due_next_is_named(database: Database, desk_people: People) -> None:
    with database.transaction() as tx:
        ticket = _ticket(tx, "smoke", 1, 4)
        answered = tickets.reply(tx, ticket.id, desk_people.ana, "Hello").ticket
    soon, late = (NextReply(ticket.id, "", _hours(hours)) for hours in (2, 9))
    assert due_times.nearest(ticket, None, None, None) == (ticket.first_response_due, Due.ANSWER)
    assert due_times.nearest(answered, None, None, None) == (ticket.resolution_due, Due.SOLUTION)
    assert due_times.nearest(answered, soon, None, late) == (soon.due_at, Due.REPLY)
    assert due_times.nearest(answered, None, soon, late) == (soon.due_at, Due.PROMISE)
    assert due_times.nearest(answered, late, None, soon) == (soon.due_at, Due.COMPLAINT)
    assert due_times.nearest(answered, late, None, None) == (ticket.resolution_due, Due.SOLUTION)
