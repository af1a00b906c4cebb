"""Must show 2 over Chatwoot and Zendesk: whatever desk and process do, each ticket is there once, whole."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from bot.handoff.policies import HandoffPolicies
from bot.integrations.http_call import DEADLINE_SECONDS
from bot.storage.engine import Database
from tests.desk_double import DROP, HANG, TAKE_AND_DROP, Call
from tests.faults.at_the_desk import DOUBLES, Double, assert_all_there_once
from tests.faults.deliverer import RECOVERY_SECONDS, Deliverer, deliver_all, hand_off_many, opened, prepare, undelivered
from tests.zendesk_double import ZendeskDouble

SEED = 20261126
# About how many calls that change something a ticket takes there.
CHANGES = {"chatwoot": 5, "zendesk": 2}


@pytest.mark.parametrize("system", DOUBLES)
@pytest.mark.parametrize("amount", [25, pytest.param(1000, marks=[pytest.mark.full, pytest.mark.timeout(1200)])])
def test_a_failing_help_desk_gets_every_ticket(
    database: Database, policies: HandoffPolicies, system: str, amount: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses, breaks off, hangs, asks for quiet, and does things without saying so; the clock is a fake one."""
    monkeypatch.setattr("bot.integrations.http_call.DEADLINE_SECONDS", 2.0)
    rng = random.Random(SEED)
    hand_off_many(database, policies, amount, rng)
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
        deliver_all(database, double.adapter, amount * 20)
        assert_all_there_once(database, double, amount)
        assert max(tries.values()) > 1, f"seed {SEED}: the help desk never failed"


def _changes(double: Double) -> int:
    return sum(call.changes for call in list(double.calls))


def _deliver_under_fire(
    system: str, path: Path, double: Double, kills: int, *variant: str, deadline: float, patience: float = 120
) -> float:
    """Kill the delivering process `kills` times while it sends; seconds the last one took to finish the rest."""
    # The kills take up most of it, so that what is measured at the end is recovery, not work.
    most = max(4, int(undelivered(path) * CHANGES[system] * 0.97 / max(kills, 2)))
    rng = random.Random(SEED)
    rests = [rng.randint(most * 4 // 5, most) for _ in range(kills)]
    given = (str(path), system, double.url, *double.signs_in_with, str(deadline), *variant)
    deliverer = Deliverer("ticketing_worker.py", given, lambda: _changes(double))
    return deliverer.under_fire(rests, lambda: undelivered(path) == 0, patience)


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
    prepare(path, policies, amount, SEED)
    with DOUBLES[system](pause=0.01) as double:
        took = _deliver_under_fire(system, path, double, kills, deadline=DEADLINE_SECONDS if kills > 1 else 1)
        with opened(path) as database:
            assert_all_there_once(database, double, amount)
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
    prepare(path, policies, 12, SEED)
    with DOUBLES[system](pause=0.02) as double:
        if isinstance(double, ZendeskDouble):
            double.forgetful = True
        _deliver_under_fire(system, path, double, 1, variant, deadline=1, patience=6)
        time.sleep(0.5)
        with opened(path) as database, pytest.raises(AssertionError):
            assert_all_there_once(database, double, 12)
