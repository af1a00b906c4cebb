"""No handoff is lost on its way to the help desk: each arrives, once per key, word for word."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.handoff.hand_off import hand_off
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import from_row
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import backlog
from bot.retrieval.question import Known
from bot.storage import clock
from bot.storage.engine import Database, open_database
from bot.storage.tables import outbox, tickets
from tests.help_desk import DROP, HANG, SECRET, TAKE_AND_DROP, HelpDesk, Received

SEED = 20261122
ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("outbox_worker.py")
RECOVERY_SECONDS = 10
REASONS = (Reason.FIRST_CLICK, Reason.SENSITIVE, Reason.FACT_MISSING, Reason.SYSTEM_FAILURE)


@pytest.fixture(scope="module")
def policies() -> HandoffPolicies:
    return read_policies(ROOT / "data" / "policies")


def _hand_off_many(database: Database, policies: HandoffPolicies, amount: int, rng: random.Random) -> None:
    """Conversations of one to three messages, handed over in the same transaction as their last message."""
    for number in range(amount):
        with database.transaction() as tx:
            opened = conversations.open_conversation(tx, site="shop", language="en", region="uk")
            for line in range(rng.randint(1, 3)):
                text = f"Handoff {number}, line {line}: Grüße “{rng.randrange(10**9)}” \u2028 <b>&amp;\\ 😀"
                messages.append(tx, opened.conversation.id, Speaker.CUSTOMER, text, client_id=f"m{line}")
            said = messages.utterances(messages.transcript(tx, opened.conversation.id))
            given = Circumstances(rng.choice(REASONS), transcript=said, known=Known(region="uk"))
            hand_off(tx, opened.conversation.id, build(given, policies, datetime.now(UTC)))


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
    "amount", [200, pytest.param(1000, marks=[pytest.mark.full, pytest.mark.timeout(600)])]
)
def test_a_failing_help_desk_gets_every_handoff(
    database: Database, policies: HandoffPolicies, amount: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses, breaks off, hangs, and takes tickets without saying so; the clock is a fake one."""
    monkeypatch.setattr("bot.integrations.http_call.DEADLINE_SECONDS", 0.3)
    rng = random.Random(SEED)
    _hand_off_many(database, policies, amount, rng)
    moods = [200, 500, 503, 429, DROP, TAKE_AND_DROP] * 8 + [HANG]

    def unreliable(_request: Received, nth: int) -> int | str:
        return rng.choice(moods) if nth < 6 else 200

    with HelpDesk(unreliable) as desk:
        now = clock.after(clock.now(), 1)
        for _ in range(500):
            deliver_due(database, desk.endpoint, now)
            with database.snapshot() as tx:
                if backlog(tx).waiting == 0:
                    break
            now = clock.after(now, 6 * 3600)
        _assert_all_arrived_once(database, desk, amount)
        assert all(request.is_signed() for request in desk.requests)
        assert len(desk.requests) > amount, f"seed {SEED}: the help desk never failed"


def _start(path: Path, desk: HelpDesk, *variant: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), str(path), desk.url, SECRET, *variant]
    worker = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def _kill(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.wait()
    if worker.stdout is not None:
        worker.stdout.close()


def _undelivered(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return int(reader.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone()[0])


def _until(happened: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    return happened()


def _deliver_under_fire(path: Path, desk: HelpDesk, amount: int, kills: int, *variant: str) -> float:
    """Kill the delivering process `kills` times while it sends; seconds the last one took to finish."""
    rng = random.Random(SEED)
    for _ in range(kills):
        worker = _start(path, desk, *variant)
        before = len(desk.requests)
        some = rng.randint(3, max(4, amount // (kills + 1)))
        _until(lambda before=before, some=some: len(desk.requests) >= before + some, 20)  # type: ignore[misc]
        _kill(worker)
    worker = _start(path, desk, *variant)
    start = time.monotonic()
    _until(lambda: len(desk.accepted) == amount and _undelivered(path) == 0, RECOVERY_SECONDS)
    took = time.monotonic() - start
    _kill(worker)
    return took


@pytest.fixture
def path(migrated_file: Path, tmp_path: Path) -> Path:
    target = tmp_path / "outbox.db"
    target.write_bytes(migrated_file.read_bytes())
    return target


def _prepare(path: Path, policies: HandoffPolicies, amount: int) -> None:
    database = open_database(f"sqlite:///{path}", serving=True)
    _hand_off_many(database, policies, amount, random.Random(SEED))
    database.close()


@pytest.mark.parametrize(
    ("amount", "kills"),
    [(80, 2), pytest.param(1000, 20, marks=[pytest.mark.full, pytest.mark.timeout(600)])],
)
def test_killed_in_the_middle_of_delivering_nothing_is_lost(
    path: Path, policies: HandoffPolicies, amount: int, kills: int
) -> None:
    _prepare(path, policies, amount)
    with HelpDesk(pause=0.02) as desk:
        took = _deliver_under_fire(path, desk, amount, kills)
        database = open_database(f"sqlite:///{path}", serving=True)
        _assert_all_arrived_once(database, desk, amount)
        database.close()
    assert took <= RECOVERY_SECONDS


def test_marking_before_sending_would_be_caught(path: Path, policies: HandoffPolicies) -> None:
    """Negative control: the same check fails for a deliverer that writes "delivered" first."""
    _prepare(path, policies, 60)
    with HelpDesk(pause=0.02) as desk:
        worker = _start(path, desk, "broken")
        _until(lambda: len(desk.requests) >= 3, 20)
        _kill(worker)
        worker = _start(path, desk, "broken")
        _until(lambda: len(desk.accepted) >= 55, 8)
        time.sleep(0.5)
        _kill(worker)
        database = open_database(f"sqlite:///{path}", serving=True)
        with pytest.raises(AssertionError):
            _assert_all_arrived_once(database, desk, 60)
        database.close()


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
