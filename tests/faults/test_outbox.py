"""No handoff is lost on its way to the help desk: each arrives, once per key, word for word."""

from __future__ import annotations

import json
import random
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import from_row
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import backlog
from bot.integrations.webhook_thread import WebhookThread
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import outbox, tickets
from tests.faults.deliverer import RECOVERY_SECONDS, Deliverer, deliver_all, hand_off_many, opened, prepare, undelivered
from tests.help_desk import DROP, HANG, SECRET, TAKE_AND_DROP, HelpDesk, Received
from tests.patience import until

SEED = 20261122


def _assert_all_arrived_once(database: Database, desk: HelpDesk, amount: int) -> None:
    """Every ticket is at the help desk under its own key, with the packet that the database has."""
    with database.snapshot() as tx:
        stored = [from_row(row) for row in tx.execute(select(tickets)).mappings()]
        assert (backlog(tx).waiting, backlog(tx).dead) == (0, 0)
        assert tx.execute(select(func.count()).select_from(outbox)).scalar() == amount
    assert len(stored) == amount
    assert set(desk.accepted) == {f"ticket.created:{ticket.id}" for ticket in stored}
    for ticket in stored:
        sent = desk.accepted[f"ticket.created:{ticket.id}"].content["data"]
        assert sent["packet"] == json.loads(json.dumps(asdict(ticket.packet)))
    by_key: dict[str, set[bytes]] = {}
    for request in desk.requests:
        by_key.setdefault(request.id, set()).add(request.body)
    assert all(len(bodies) == 1 for bodies in by_key.values())


@pytest.mark.parametrize(
    "amount", [100, pytest.param(1000, marks=[pytest.mark.full, pytest.mark.timeout(600)])]
)
def test_a_failing_help_desk_gets_every_handoff(
    database: Database, policies: HandoffPolicies, amount: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses, breaks off, hangs, and takes tickets without saying so; the clock is a fake one."""
    monkeypatch.setattr("bot.integrations.http_call.DEADLINE_SECONDS", 0.3)
    rng = random.Random(SEED)
    hand_off_many(database, policies, amount, rng)
    moods = [200, 500, 503, 429, DROP, TAKE_AND_DROP] * 8 + [HANG]

    def unreliable(_request: Received, nth: int) -> int | str:
        return rng.choice(moods) if nth < 6 else 200

    with HelpDesk(unreliable) as desk:
        deliver_all(database, desk.endpoint, 500)
        _assert_all_arrived_once(database, desk, amount)
        assert all(request.is_signed() for request in desk.requests)
        assert len(desk.requests) > amount, f"seed {SEED}: the help desk never failed"


@pytest.mark.parametrize(
    ("amount", "kills"),
    [(20, 1), pytest.param(1000, 20, marks=[pytest.mark.full, pytest.mark.timeout(600)])],
)
def test_killed_in_the_middle_of_delivering_nothing_is_lost(
    path: Path, policies: HandoffPolicies, amount: int, kills: int
) -> None:
    rng = random.Random(SEED)
    rests = [rng.randint(3, max(4, amount // (kills + 1))) for _ in range(kills)]
    prepare(path, policies, amount, SEED)
    with HelpDesk(pause=0.02) as desk:
        took = _deliverer(path, desk).under_fire(
            rests, lambda: len(desk.accepted) == amount and undelivered(path) == 0, RECOVERY_SECONDS
        )
        with opened(path) as database:
            _assert_all_arrived_once(database, desk, amount)
    assert took <= RECOVERY_SECONDS


def test_marking_before_sending_would_be_caught(path: Path, policies: HandoffPolicies) -> None:
    """Negative control: the same check fails for a deliverer that writes "delivered" first."""
    prepare(path, policies, 60, SEED)
    with HelpDesk(pause=0.02) as desk:
        _deliverer(path, desk, "broken").under_fire([3], lambda: len(desk.accepted) >= 55, 8)
        time.sleep(0.5)
        with opened(path) as database, pytest.raises(AssertionError):
            _assert_all_arrived_once(database, desk, 60)


@pytest.mark.parametrize("mood", [pytest.param(500, marks=pytest.mark.full), HANG])
def test_a_help_desk_that_was_down_has_everything_soon_after(
    database: Database, policies: HandoffPolicies, mood: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In real seconds: what it missed would be due in half an hour, and one of it can never be delivered."""
    monkeypatch.setattr("bot.integrations.http_call.DEADLINE_SECONDS", 2.0)
    hand_off_many(database, policies, 60, random.Random(SEED))
    later = {"attempts": 2, "next_attempt_at": clock.after(clock.now(), 1800), "last_error": "outage: HTTP 503"}
    with database.transaction() as tx:
        tx.execute(outbox.update().values(later))
        poison = tx.execute(select(outbox.c.key)).scalars().first()
    with HelpDesk(lambda _request, _nth: mood) as desk:
        thread = WebhookThread(database, desk.endpoint)
        thread.start()
        try:
            assert until(lambda: len(desk.requests) >= 2)
            desk.answer = lambda request, _nth: mood if request.id == poison else 200
            start = time.monotonic()
            assert until(lambda: len(desk.accepted) == 59, RECOVERY_SECONDS), time.monotonic() - start
        finally:
            thread.stop()
    with database.snapshot() as tx:
        assert tx.execute(select(outbox.c.attempts).where(outbox.c.key == poison)).scalar() == 2


def _deliverer(path: Path, desk: HelpDesk, *variant: str) -> Deliverer:
    return Deliverer("outbox_worker.py", (str(path), desk.url, SECRET, *variant), lambda: len(desk.requests))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_ten_thousand_events_arrive(database: Database) -> None:
    """Promise 19 at full size: every third try fails, nothing is lost."""
    amount, moment = 10_000, clock.now()
    rows = [
        {
            "key": f"ticket.created:{number}",
            "topic": "ticket.created",
            "payload": json.dumps({"number": number}),
            "attempts": 0,
            "next_attempt_at": moment,
            "created_at": moment,
        }
        for number in range(amount)
    ]
    with database.transaction() as tx:
        tx.execute(outbox.insert(), rows)
    rng = random.Random(SEED)
    with HelpDesk(lambda _request, nth: 500 if rng.random() < 1 / 3 and nth < 9 else 200) as desk:
        now = clock.after(moment, 1)
        while len(desk.accepted) < amount:
            done = deliver_due(database, desk.endpoint, now)
            now = now if done.delivered else clock.after(now, 3600)
        assert {int(request.content["data"]["number"]) for request in desk.accepted.values()} == set(
            range(amount)
        )
