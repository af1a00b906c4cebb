"""What a receiver's outage held back gets there within ten seconds of its end, and nothing is asked of it in vain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.events import outbox as outbox_events
from bot.events.outbox import Topic
from bot.integrations.delivery import AT_ONCE, deliver_due
from bot.integrations.delivery_queue import Delivered
from bot.integrations.probing import Probing
from bot.integrations.webhook import Endpoint
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import outbox
from tests.help_desk import DROP, HelpDesk

RECOVERY_SECONDS = 10
LOOK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Note:
    text: str


def _put(database: Database, *subjects: str) -> None:
    with database.transaction() as tx:
        for subject in subjects:
            outbox_events.put(tx, Topic.TICKET_CREATED, subject, Note(subject))


def _rows(database: Database) -> dict[str, Any]:
    with database.snapshot() as tx:
        return {row["key"].partition(":")[2]: row for row in tx.execute(select(outbox)).mappings()}


class Looks:
    """Passes of one thread every two seconds of a fake clock, and at once again while something arrives."""

    def __init__(self, database: Database, receiver: Endpoint) -> None:
        self._database, self._receiver, self._probing = database, receiver, Probing()
        self.now = clock.after(clock.now(), 1)

    def go(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """So many seconds long."""
        until = clock.after(self.now, seconds)
        while self.now < until:
            meanwhile()
            while deliver_due(self._database, self._receiver, self.now, self._probing).delivered:
                pass
            self.now = clock.after(self.now, LOOK_SECONDS)


@pytest.fixture
def looks(database: Database, receiver: Endpoint) -> Looks:
    return Looks(database, receiver)


@pytest.mark.parametrize("answer", [500, DROP])
@pytest.mark.parametrize("amount", [1, 30])
def test_what_waits_is_there_ten_seconds_after_the_end_of_an_outage(
    database: Database, desk: HelpDesk, looks: Looks, answer: int | str, amount: int
) -> None:
    desk.answer = lambda _request, _nth: answer
    _put(database, *map(str, range(amount)))
    looks.go(345)
    assert {row["attempts"] for row in _rows(database).values()} == {3}, "no probe spent a try"
    desk.answer = lambda _request, _nth: 200
    looks.go(RECOVERY_SECONDS)
    assert len(desk.accepted) == amount


def test_a_receiver_that_is_down_is_asked_little(database: Database, desk: HelpDesk, looks: Looks) -> None:
    desk.answer = lambda _request, _nth: 500
    _put(database, *map(str, range(100)))
    looks.go(345)  # the third try of each is half an hour away now
    before = len(desk.requests)
    looks.go(60)
    assert len(desk.requests) - before == 60 / 4 * 2


@pytest.mark.parametrize("poisoned", [1, 5])
def test_what_can_never_be_delivered_does_not_stand_before_the_others(
    database: Database, desk: HelpDesk, looks: Looks, poisoned: int
) -> None:
    desk.answer = lambda _request, _nth: 500
    _put(database, *(f"poison{number}" for number in range(poisoned)), *map(str, range(20)))
    looks.go(345)
    desk.answer = lambda request, _nth: 500 if "poison" in request.id else 200
    looks.go(RECOVERY_SECONDS if poisoned == 1 else 40)
    assert len(desk.accepted) == 20


def test_what_fails_while_others_arrive_is_asked_less_and_less(
    database: Database, desk: HelpDesk, looks: Looks
) -> None:
    desk.answer = lambda request, _nth: 500 if "poison" in request.id else 200
    _put(database, "poison")
    numbers = iter(range(10**6))
    looks.go(280, lambda: _put(database, str(next(numbers))))
    assert _rows(database)["poison"]["attempts"] == 2
    assert desk.tries["ticket.created:poison"] <= 20, "of 70 probes"
    desk.answer = lambda _request, _nth: 503
    _put(database, "new")
    looks.go(60)
    desk.answer = lambda _request, _nth: 200
    looks.go(RECOVERY_SECONDS)
    assert "ticket.created:new" in desk.accepted, "another outage is watched as closely as the first"


def test_what_it_refuses_is_not_asked_again_before_its_time(database: Database, desk: HelpDesk, looks: Looks) -> None:
    """A wrong token is for people to mend: asking every few seconds may lock the account."""
    desk.answer = lambda _request, _nth: 401
    _put(database, "a")
    looks.go(200)
    assert len(desk.requests) == 2


def test_a_pause_that_was_asked_for_is_kept(database: Database, desk: HelpDesk, looks: Looks) -> None:
    desk.answer = lambda _request, _nth: 503
    _put(database, "a")
    looks.go(345)
    before, desk.retry_after = len(desk.requests), "60"
    looks.go(60)
    assert len(desk.requests) == before + 1
    looks.go(10)
    assert len(desk.requests) == before + 2


def test_a_probe_waits_for_what_its_ticket_needs_first_and_nobody_else_takes_it(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    desk.answer = lambda _request, _nth: 500
    _put(database, "a", "a:more")
    now = clock.after(clock.now(), 1)
    assert deliver_due(database, receiver, now) == Delivered(failed=1)
    due = _rows(database)["a"]["next_attempt_at"]
    with database.transaction() as tx:
        (row,) = Probing().claim(tx, now, AT_ONCE)
        assert (row.event.key, row.attempts, row.early_of) == ("ticket.created:a", 1, due)
        assert Probing().claim(tx, now, AT_ONCE) == ()


def test_the_last_try_is_not_spent_by_a_probe_and_a_refusal_ends_it(
    database: Database, desk: HelpDesk, looks: Looks
) -> None:
    desk.answer = lambda _request, _nth: 503
    _put(database, "a")
    looks.go(4)
    with database.transaction() as tx:
        later = {"attempts": 9, "next_attempt_at": clock.after(looks.now, 80_000)}
        tx.execute(update(outbox).values(later))
    looks.go(20)
    assert (_rows(database)["a"]["attempts"], _rows(database)["a"]["dead_at"]) == (9, None)
    desk.answer = lambda _request, _nth: 410
    looks.go(6)
    assert _rows(database)["a"]["dead_at"]
