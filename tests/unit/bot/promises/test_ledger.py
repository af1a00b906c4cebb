"""A promise is told, kept, broken or given up; each of it once, and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import messages
from bot.desk import history, notes, queue, tickets
from bot.desk.history import Deed
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadRequest, Conflict, OpenPromises, PromisesFreely
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.promises import closing, due, ledger, sent
from bot.promises.due import Standing
from bot.promises.promise import Offer, PromiseStatus
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import outbox
from tests.unit.bot.promises.conftest import People, due_in, tell


def _later(minutes: int) -> str:
    return clock.after(clock.now(), minutes * 60)


def test_it_is_made_with_the_reply_that_says_it(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana)
        said = messages.load(tx, ticket.conversation_id, promise.message_id)
        assert promise.sentence in said.text
        assert (promise.owner, promise.status) == (people.ana.id, PromiseStatus.OPEN)
        assert promise.sentence.startswith("We will call you by ")
        assert "time)." in promise.sentence
        assert ledger.of_ticket(tx, ticket.id) == (promise,)
        assert history.of_ticket(tx, ticket)[-1].detail == promise.sentence


@pytest.mark.parametrize("text", ["Hello.", "We will call you."])
def test_a_promise_the_customer_does_not_read_is_refused(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, text: str
) -> None:
    with database.transaction() as tx:
        replied = tickets.reply(tx, ticket.id, people.ana, text)
        with pytest.raises(BadRequest, match="insert the promise again"):
            sent.account_for(tx, policies, replied, people.ana, [Offer("call", due_in(60))], released=True)
        assert ledger.of_ticket(tx, ticket.id) == ()


def test_free_words_are_taken_back_or_noted(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    text = "I'll call you tomorrow."
    with database.transaction() as tx:
        replied = tickets.reply(tx, ticket.id, people.ana, text)
        with pytest.raises(PromisesFreely, match="Nothing was sent"):
            sent.account_for(tx, policies, replied, people.ana, [], released=False)
    for released in (True, None):
        with database.transaction() as tx:
            replied = tickets.reply(tx, ticket.id, people.ana, text)
            assert sent.account_for(tx, policies, replied, people.ana, [], released=released).freely == (text,)
            last = history.of_ticket(tx, replied.ticket)[-1]
            assert (last.deed, last.by, last.detail) == (Work.PROMISED_FREELY, "Ana", text)


def test_kept_in_time_once(database: Database, policies: HandoffPolicies, ticket: Ticket, people: People) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana)
        kept = ledger.keep(tx, promise.id, people.ben)
        assert (kept.status, kept.done_by) == (PromiseStatus.KEPT, people.ben.id)
        assert ledger.keep(tx, promise.id, people.ana).done_by == people.ben.id
        assert [entry.deed for entry in history.of_ticket(tx, ticket)].count(Work.PROMISE_KEPT) == 1
        assert due.counts(tx, clock.now())[Standing.KEPT] == 1
        with pytest.raises(Conflict):
            ledger.take(tx, promise.id, people.ana)


def test_the_owner_is_warned_once_and_a_broken_one_stays_broken(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana, minutes=300)
        assert not due.anything(tx, _later(230))
        assert due.anything(tx, _later(245))
        assert [one.id for one in due.tick(tx, _later(245)).warned] == [promise.id]
        assert due.tick(tx, _later(246)) == due.Ticked((), ())
        assert due.counts(tx, _later(246))[Standing.DUE_SOON] == 1
        assert [found.id for found in queue.find(tx, Wanted(View.MENTIONS, people.ana.id)).tickets] == [ticket.id]
        assert notes.of_ticket(tx, ticket)[-1].note.text == f"Due soon: “{promise.sentence}”"
        assert [one.id for one in due.tick(tx, _later(301)).broken] == [promise.id]
        assert due.tick(tx, _later(302)).broken == ()
        late = ledger.keep(tx, promise.id, people.ana)
        assert late.status is PromiseStatus.BROKEN
        assert late.done_at is not None
        deeds = [entry.deed for entry in history.of_ticket(tx, ticket)]
        assert deeds[-3:] == [Work.PROMISE_BROKEN, Deed.NOTED, Work.PROMISE_KEPT_LATE]
        topics = [row.topic for row in tx.execute(outbox.select().order_by(outbox.c.id))]
        assert topics[-2:] == ["promise.due", "promise.broken"]


def test_what_is_overdue_is_broken_even_before_the_clock_was_looked_at(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana, minutes=60)
        monkeypatch.setattr(clock, "now", lambda: clock.after(promise.due_at, 1))
        assert ledger.keep(tx, promise.id, people.ana).status is PromiseStatus.BROKEN


def test_whoever_takes_it_over_is_the_one_who_is_warned(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana)
        assert ledger.take(tx, promise.id, people.ben).owner == people.ben.id
        due.tick(tx, _later(245))
        assert queue.find(tx, Wanted(View.MENTIONS, people.ben.id)).total == 1
        assert queue.find(tx, Wanted(View.MENTIONS, people.ana.id)).total == 0


def test_a_ticket_is_not_closed_over_a_promise_without_a_reason(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        promise = tell(tx, policies, ticket, people.ana)
    for reason in ("", "  \n"):
        with pytest.raises(OpenPromises, match="Still promised"), database.transaction() as tx:
            closing.give_up(tx, policies, ticket.id, people.ana, reason)
    with database.transaction() as tx:
        (released,) = closing.give_up(tx, policies, ticket.id, people.ana, "They called us instead.")
        tickets.resolve(tx, ticket.id, people.ana)
        assert (released.status, released.reason) == (PromiseStatus.RELEASED, "They called us instead.")
        assert closing.give_up(tx, policies, ticket.id, people.ana, "") == ()
        told = messages.transcript(tx, ticket.conversation_id)[-1]
        assert told.role == "system"
        assert told.text == f"We wrote to you: “{promise.sentence}” That does not hold any more."
        assert history.of_ticket(tx, ticket)[-2].detail == f"{promise.sentence} (They called us instead.)"
        assert due.tick(tx, _later(400)) == due.Ticked((), ())
        with pytest.raises(Conflict, match="given up"):
            ledger.keep(tx, promise.id, people.ana)


def test_one_ticket_takes_so_many(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        for place in range(ledger.MOST_OF_A_TICKET):
            tell(tx, policies, ticket, people.ana, minutes=300 + place)
        with pytest.raises(BadRequest, match="at most"):
            tell(tx, policies, ticket, people.ana)
        assert ledger.first_waiting(tx, [ticket.id])[ticket.id].due_at == clock.write(due_in(300))


def test_the_first_due_is_the_first_in_the_list(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        late, soon = (tell(tx, policies, ticket, people.ana, minutes) for minutes in (500, 120))
        assert [one.id for one in ledger.waiting(tx, 10)] == [soon.id, late.id]
        assert clock.read(late.due_at) - clock.read(soon.due_at) == timedelta(minutes=380)
