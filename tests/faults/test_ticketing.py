"""Must show 2 over Chatwoot and Zendesk: whatever desk and process do, each ticket is there once, whole."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.handoff.hand_off import hand_off
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import Ticket, from_row
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import backlog
from bot.integrations.http_call import DEADLINE_SECONDS
from bot.integrations.packet_text import transcript_parts
from bot.integrations.zendesk import MOST_COMMENT_BYTES
from bot.storage import clock
from bot.storage.engine import Database, open_database
from bot.storage.tables import tickets
from tests.chatwoot_double import ChatwootDouble
from tests.desk_double import DROP, HANG, TAKE_AND_DROP, Call
from tests.zendesk_double import ZendeskDouble

Double = ChatwootDouble | ZendeskDouble
DOUBLES: dict[str, type[ChatwootDouble] | type[ZendeskDouble]] = {"chatwoot": ChatwootDouble, "zendesk": ZendeskDouble}
SEED = 20261126
ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("ticketing_worker.py")
RECOVERY_SECONDS = 10
# About how many calls that change something a ticket takes there.
CHANGES = {"chatwoot": 5, "zendesk": 2}
REASONS = (Reason.FIRST_CLICK, Reason.SENSITIVE, Reason.FACT_MISSING, Reason.SYSTEM_FAILURE)


@pytest.fixture(scope="module")
def policies() -> HandoffPolicies:
    return read_policies(ROOT / "data" / "policies")


def _hand_off_many(database: Database, policies: HandoffPolicies, amount: int, rng: random.Random) -> None:
    for number in range(amount):
        with database.transaction() as tx:
            talk = conversations.open_conversation(tx, site="shop", language="en", region="uk").conversation
            for line in range(rng.randint(1, 3)):
                text = f"Handoff {number}, line {line}: Grüße “{rng.randrange(10**9)}” \u2028 <b>&amp;\\ 😀"
                messages.append(tx, talk.id, Speaker.CUSTOMER, text, client_id=f"m{line}")
            said = messages.utterances(messages.transcript(tx, talk.id))
            given = Circumstances(rng.choice(REASONS), transcript=said)
            hand_off(tx, talk.id, build(given, policies, datetime.now(UTC)))


def _assert_all_there_once(database: Database, double: Double, amount: int) -> None:
    with database.snapshot() as tx:
        stored = [from_row(row) for row in tx.execute(select(tickets)).mappings()]
        assert (backlog(tx).waiting, backlog(tx).dead) == (0, 0)
    assert len(stored) == amount
    there = double.tickets()
    assert set(there) == {ticket.id for ticket in stored}
    assert [ticket for ticket, found in there.items() if len(found) != 1] == [], "one for each ticket"
    assert [key for key, times in Counter(double.keys()).items() if times != 1] == [], "each turn once"
    for ticket in stored:
        assert _texts(double, ticket) == _texts_to_be(double, ticket), ticket.id
    assert double.wrong == [], "a call that the contract does not allow"


def _texts(double: Double, ticket: Ticket) -> list[str]:
    (found,) = double.tickets()[ticket.id]
    if isinstance(double, ChatwootDouble):
        return [message["content"] for message in found.messages if not message["private"]]
    return found.comments[:-1]


def _texts_to_be(double: Double, ticket: Ticket) -> list[str]:
    if isinstance(double, ChatwootDouble):
        return [one.text for one in ticket.packet.transcript]
    return list(transcript_parts(ticket.packet.transcript, MOST_COMMENT_BYTES))


@pytest.mark.parametrize("system", DOUBLES)
@pytest.mark.parametrize("amount", [25, pytest.param(1000, marks=[pytest.mark.full, pytest.mark.timeout(1200)])])
def test_a_failing_help_desk_gets_every_ticket(
    database: Database, policies: HandoffPolicies, system: str, amount: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses, breaks off, hangs, asks for quiet, and does things without saying so; the clock is a fake one."""
    monkeypatch.setattr("bot.integrations.http_call.DEADLINE_SECONDS", 2.0)
    rng = random.Random(SEED)
    _hand_off_many(database, policies, amount, rng)
    moods = [None] * 30 + [500, 503, 429, DROP, TAKE_AND_DROP, TAKE_AND_DROP]
    hangs = 3
    tries: Counter[str] = Counter()

    def unreliable(call: Call) -> int | str | None:
        nonlocal hangs
        name = f"{call.path} {call.query} {call.body}"
        tries[name] += 1
        if tries[name] > 1:  # else a row of many calls may run out of its ten tries
            return None
        if hangs and rng.random() < 0.02:
            hangs -= 1
            return HANG
        return rng.choice(moods)

    with DOUBLES[system](unreliable) as double:
        now = clock.after(clock.now(), 1)
        for _ in range(amount * 20):
            deliver_due(database, double.adapter, now)
            with database.snapshot() as tx:
                if backlog(tx).waiting == 0:
                    break
            now = clock.after(now, 6 * 3600)
        _assert_all_there_once(database, double, amount)
        assert max(tries.values()) > 1, f"seed {SEED}: the help desk never failed"


def _start(system: str, path: Path, double: Double, deadline: float, *variant: str) -> subprocess.Popen[str]:
    given = (double.url, *double.signs_in_with, str(deadline))
    command = [sys.executable, str(WORKER), str(path), system, *given, *variant]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
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


def _deliver_under_fire(
    system: str, path: Path, double: Double, kills: int, *variant: str, deadline: float, patience: float = 120
) -> float:
    """Kill the delivering process `kills` times while it sends; seconds the last one took to finish the rest."""
    rng = random.Random(SEED)
    # The kills take up most of it, so that what is measured at the end is recovery, not work.
    most = max(4, int(_undelivered(path) * CHANGES[system] * 0.97 / max(kills, 2)))
    for _ in range(kills):
        worker = _start(system, path, double, deadline, *variant)
        before, changes = _changes(double), rng.randint(most * 4 // 5, most)
        _until(lambda before=before, changes=changes: _changes(double) >= before + changes, 30)  # type: ignore[misc]
        _kill(worker)
    worker = _start(system, path, double, deadline, *variant)
    start = time.monotonic()
    _until(lambda: _undelivered(path) == 0, patience)
    took = time.monotonic() - start
    _kill(worker)
    return took


def _changes(double: Double) -> int:
    return sum(call.changes for call in list(double.calls))


@pytest.fixture
def path(migrated_file: Path, tmp_path: Path) -> Path:
    target = tmp_path / "outbox.db"
    target.write_bytes(migrated_file.read_bytes())
    return target


def _prepare(path: Path, policies: HandoffPolicies, amount: int) -> None:
    database = open_database(f"sqlite:///{path}", serving=True)
    _hand_off_many(database, policies, amount, random.Random(SEED))
    database.close()


def _check(path: Path, double: Double, amount: int) -> None:
    database = open_database(f"sqlite:///{path}", serving=True)
    try:
        _assert_all_there_once(database, double, amount)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("system", "amount", "kills"),
    [
        ("chatwoot", 16, 1),
        *(pytest.param(each, 1000, 20, marks=[pytest.mark.full, pytest.mark.timeout(1200)]) for each in DOUBLES),
    ],
)
def test_killed_in_the_middle_of_delivering_nothing_is_lost_or_doubled(
    path: Path, policies: HandoffPolicies, system: str, amount: int, kills: int
) -> None:
    _prepare(path, policies, amount)
    with DOUBLES[system](pause=0.01) as double:
        took = _deliver_under_fire(system, path, double, kills, deadline=DEADLINE_SECONDS if kills > 1 else 1)
        _check(path, double, amount)
    print(f"{system}: {amount} tickets, {kills} kills, done {took:.1f} s after the last start")
    assert took <= RECOVERY_SECONDS


@pytest.mark.parametrize(
    ("system", "variant"),
    [
        ("chatwoot", "forgetful"),
        ("zendesk", "hasty"),
        pytest.param("zendesk", "forgetful", marks=pytest.mark.full),
        pytest.param("chatwoot", "hasty", marks=pytest.mark.full),
    ],
)
def test_a_deliverer_without_its_care_would_be_caught(
    path: Path, policies: HandoffPolicies, system: str, variant: str
) -> None:
    """Negative control: the same check fails for one that looks for nothing, and for one that writes first."""
    _prepare(path, policies, 12)
    with DOUBLES[system](pause=0.02) as double:
        if isinstance(double, ZendeskDouble):
            double.forgetful = True
        _deliver_under_fire(system, path, double, 1, variant, deadline=1, patience=6)
        time.sleep(0.5)
        with pytest.raises(AssertionError):
            _check(path, double, 12)
