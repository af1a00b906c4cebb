"""A closing that was a slip is taken back: same holder, same times, same waiting; not when it has gone on since."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.access import Role
from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import accounts, history, next_reply, queue, take_back, tickets
from bot.desk.history import Deed
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadPolicy, Conflict, NotAllowed
from bot.feedback import episodes, survey
from bot.handoff.follow_up_policy import read_follow_ups
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock, tables
from bot.storage.engine import Database
from tests.conftest import PACKET, ROOT
from tests.unit.bot.desk.conftest import PASSWORD, People

FOLDER = ROOT / "data" / "policies"


def _writes(tx: Connection, policies: HandoffPolicies, ticket: Ticket, text: str = "And now?") -> None:
    said = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, text).message
    tickets.customer_wrote(tx, policies, said)


def _minutes_ago(tx: Connection, ticket: Ticket, minutes: int) -> None:
    closed_at = clock.after(clock.now(), -60 * minutes)
    tx.execute(update(tables.tickets).where(tables.tickets.c.id == ticket.id).values(closed_at=closed_at))


def test_it_is_as_if_it_had_never_been_resolved(
    database: Database, policies: HandoffPolicies, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        before = tickets.reply(tx, ticket.id, desk_people.ana, "I look.").ticket
        _writes(tx, policies, ticket)
        waited = next_reply.of_tickets(tx, [ticket.id])
        resolved = tickets.resolve(tx, ticket.id, desk_people.ana)
        assert survey.due(tx, policies, ticket.conversation_id) == episodes.of_ticket(resolved)
        assert take_back.until(tx, policies, resolved, desk_people.ana) == clock.after(resolved.closed_at or "", 3600)
        opened = take_back.take_back(tx, policies, ticket.id, desk_people.ana, resolved.version)
        assert survey.due(tx, policies, ticket.conversation_id) is None, "the survey is withdrawn"
        assert conversations.load(tx, ticket.conversation_id).state is State.PERSON
        same = ("status", "assignee", "claimed_at", "first_response_at", "first_response_due", "resolution_due")
        assert [getattr(opened, name) for name in same] == [getattr(before, name) for name in same]
        assert (opened.closed_at, opened.version) == (None, resolved.version + 1)
        (again,) = next_reply.of_tickets(tx, [ticket.id]).values()
        (once,) = waited.values()
        assert abs((clock.read(again.wrote_at) - clock.read(once.wrote_at)).total_seconds()) < 1
        last = history.of_ticket(tx, opened)[-1]
        assert (last.deed, last.by) == (Work.TAKEN_BACK, "Ana")
        assert [each.deed for each in history.of_ticket(tx, opened)].count(Deed.RESOLVED) == 1
        tickets.reply(tx, ticket.id, desk_people.ana, "Now it is.")
        tickets.resolve(tx, ticket.id, desk_people.ana)
        assert [each.deed for each in history.of_ticket(tx, opened)][-2:] == [Deed.REPLIED, Deed.RESOLVED]


def test_what_waits_for_its_first_answer_waits_for_nothing_else(
    database: Database, policies: HandoffPolicies, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        _writes(tx, policies, ticket)
        tickets.resolve(tx, ticket.id, desk_people.ana)
        opened = take_back.take_back(tx, policies, ticket.id, desk_people.ana)
        assert (opened.status, opened.assignee) == (TicketStatus.WAITING, None)
        assert conversations.load(tx, ticket.conversation_id).state is State.WAITING
        assert next_reply.of_tickets(tx, [ticket.id]) == {}


def test_only_whoever_had_it_or_a_lead_who_then_calls_them(
    database: Database, policies: HandoffPolicies, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        zoe = accounts.add(tx, "zoe@example.com", "Zoe", Role.AGENT, PASSWORD)
        tickets.claim(tx, ticket.id, desk_people.ana)
        resolved = tickets.resolve(tx, ticket.id, desk_people.ana)
        assert take_back.until(tx, policies, resolved, zoe) is None
        with pytest.raises(NotAllowed, match="or a lead"):
            take_back.take_back(tx, policies, ticket.id, zoe)
        opened = take_back.take_back(tx, policies, ticket.id, desk_people.ben)
        assert opened.assignee == desk_people.ana.id
        assert [one.id for one in queue.find(tx, Wanted(View.MENTIONS, desk_people.ana.id)).tickets] == [ticket.id]


def test_not_after_its_time_nor_when_the_customer_wrote_again_nor_when_it_changed(
    database: Database, policies: HandoffPolicies, ticket: Ticket, desk_people: People
) -> None:
    ana = desk_people.ana
    with database.transaction() as tx:
        with pytest.raises(Conflict, match="Only a ticket that was"):
            take_back.take_back(tx, policies, ticket.id, ana)
        resolved = tickets.resolve(tx, ticket.id, ana)
        with pytest.raises(Conflict, match="load it again"):
            take_back.take_back(tx, policies, ticket.id, ana, resolved.version - 1)
        _minutes_ago(tx, ticket, policies.follow_ups.reopen_minutes + 1)
        with pytest.raises(Conflict, match="more than 60 minutes"):
            take_back.take_back(tx, policies, ticket.id, ana)
        _minutes_ago(tx, ticket, policies.follow_ups.reopen_minutes - 1)
        tickets.move(tx, ticket.conversation_id, State.OPEN)
        with pytest.raises(Conflict, match="goes on there"):
            take_back.take_back(tx, policies, ticket.id, ana)
        hand_off(tx, ticket.conversation_id, PACKET)
        assert take_back.until(tx, policies, tickets.load(tx, ticket.id), ana) is None
        with pytest.raises(Conflict, match="goes on there"):
            take_back.take_back(tx, policies, ticket.id, ana)


def test_a_return_is_taken_back_while_the_customer_has_not_gone_on_with_the_bot(
    database: Database, policies: HandoffPolicies, ticket: Ticket, desk_people: People
) -> None:
    with database.transaction() as tx:
        _writes(tx, policies, ticket)
        returned = tickets.return_to_bot(tx, ticket.id, desk_people.ana)
        assert take_back.until(tx, policies, returned, desk_people.ana) is not None
        opened = take_back.take_back(tx, policies, ticket.id, desk_people.ana)
        assert (opened.status, opened.first_response_due) == (TicketStatus.WAITING, ticket.first_response_due)
        assert conversations.load(tx, ticket.conversation_id).state is State.WAITING
        returned = tickets.return_to_bot(tx, ticket.id, desk_people.ana)
        _writes(tx, policies, ticket)
        assert take_back.until(tx, policies, returned, desk_people.ana) is None
        with pytest.raises(Conflict, match="goes on there"):
            take_back.take_back(tx, policies, ticket.id, desk_people.ana)


def test_the_time_is_at_most_a_day(tmp_path: Path) -> None:
    text = (FOLDER / "follow_ups.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "follow_ups.yaml"
    changed.write_text(text.replace("reopen_minutes: 60", "reopen_minutes: 1441"))
    with pytest.raises(BadPolicy, match=r"follow_ups\.yaml: reopen_minutes"):
        read_follow_ups(changed)
