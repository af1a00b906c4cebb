"""Must show 2 as it happens: the help desk fails, hangs, answers 500 and says things twice while the service that hands
over and delivers is killed. Each ticket is there once, word for word, ten seconds after both are well.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from sqlalchemy import select

from bot.storage.tables import messages
from tests import inbound_calls
from tests.chatwoot_double import ACCOUNT, INBOX, TOKEN, ChatwootDouble
from tests.desk_double import DROP, HANG, TAKE_AND_DROP, Call
from tests.faults.at_the_desk import DOUBLES, Double, assert_all_there_once, texts_there
from tests.faults.deliverer import RECOVERY_SECONDS, opened, undelivered
from tests.loopback import NO_TLS
from tests.patience import until, until_heard
from tests.service_process import ROOT, ServiceProcess

SEED = 20261128
CLIENTS = 4
PATIENCE_SECONDS = 300
RETRY_SECONDS = 0.3
MOODS = (*[None] * 40, 500, 500, 503, DROP, TAKE_AND_DROP, TAKE_AND_DROP)


def _until_done(send: Callable[[], httpx2.Response]) -> Any:
    """Again while nobody listens, as widget and help desk do."""
    return until_heard(send, (200, 201), PATIENCE_SECONDS, RETRY_SECONDS).json()


@dataclass
class Customers:
    """They write one after the other, and ask for a person where the bot has not handed over; what each wrote."""

    url: str
    said: list[str] = field(default_factory=list)

    def run(self, numbers: range) -> None:
        with httpx2.Client(base_url=self.url, verify=NO_TLS, trust_env=False, timeout=10) as client:
            for number in numbers:
                text = f"Handoff {number}: Grüße “FW-{number:06}” \u2028 <b>&amp;\\ 😀"
                talk = _until_done(lambda: client.post("/v1/conversations", json={}))
                client.headers["Authorization"] = f"Bearer {talk['token']}"
                path, body = f"/v1/conversations/{talk['id']}", {"client_id": "m", "text": text}
                turn = _until_done(lambda path=path, body=body: client.post(f"{path}/messages", json=body))
                if turn["state"] == "open":
                    _until_done(lambda path=path: client.post(f"{path}/handoff", json={}))
                self.said.append(text)


@dataclass
class Rough:
    """The help desk's mood: mostly well, then not, hanging a few times; `down` it answers 500 to everybody."""

    hangs: int
    down: bool = False
    moods: Sequence[int | str | None] = MOODS
    seen: Counter[object] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __call__(self, _call: Call) -> int | str | None:
        mood: int | str | None = 500 if self.down else self.chance.choice(self.moods)
        if self.hangs and not self.down and self.chance.random() < 0.01:
            self.hangs -= 1
            mood = HANG
        self.seen[mood] += 1
        return mood


class Agents(threading.Thread):
    """They answer each ticket in the help desk, which reports it twice, and again until it was taken."""

    def __init__(self, system: str, double: Double, url: str) -> None:
        super().__init__()
        self._system, self._double, self._url = system, double, url
        self.answered: set[str] = set()
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.wait(0.05):
            with self._double.guard:
                new = set(self._double.tickets()) - self.answered
            for ticket in new:
                self._answer(ticket)

    def _answer(self, ticket: str) -> None:
        number = len(self.answered)
        content = inbound_calls.encoded(inbound_calls.REPLY[self._system](ticket, number, f"Hello {ticket}"))
        for _ in range(2):
            headers = inbound_calls.SIGNED[self._system](content)
            path = f"{self._url}/v1/inbound/help-desk"
            _until_done(
                lambda path=path, headers=headers: httpx2.post(
                    path, content=content, headers=headers, verify=NO_TLS, trust_env=False, timeout=10
                )
            )
        self.answered.add(ticket)


def _service(index: Path, folder: Path, system: str, double: Double, program: tuple[str, ...]) -> ServiceProcess:
    who: dict[str, object] = {"account": ACCOUNT, "inbox": INBOX, "token": TOKEN}
    if not isinstance(double, ChatwootDouble):
        who = dict(zip(("email", "token"), double.signs_in_with, strict=True))
    desk = {"system": system, "url": double.url, "webhook_secret": inbound_calls.DESK_SECRET, **who}
    file = folder / "connections.yaml"
    file.write_text(yaml.safe_dump({"help_desk": desk}))
    return ServiceProcess(index, folder / "data", program, ANSWERDESK_CONNECTIONS_FILE=str(file))


def _scene(
    index: Path,
    folder: Path,
    system: str,
    amount: int,
    kills: int,
    hangs: int,
    program: tuple[str, ...] = ("-m", "bot"),
) -> None:
    """Everything at once, then the check; the last kill falls into a time when the help desk takes nothing at all."""
    mood = Rough(hangs)
    with DOUBLES[system](mood) as double:
        service = _service(index, folder, system, double, program)
        service.start()
        customers, agents = Customers(service.url), Agents(system, double, service.url)
        share = amount // CLIENTS
        writing = [
            threading.Thread(target=customers.run, args=(range(first, first + share),))
            for first in range(0, amount, share)
        ]
        try:
            for thread in [*writing, agents]:
                thread.start()
            _kill(service, mood, lambda: len(customers.said), amount, kills)
            for thread in writing:
                thread.join()
            took = _recover(service, mood)
            assert until(lambda: len(agents.answered) == amount)
        finally:
            agents.enough.set()
            agents.join()
            service.stop()
        with opened(folder / "data" / "answerdesk.db") as database:
            assert_all_there_once(database, double, amount)
            with database.snapshot() as tx:
                replies = Counter(tx.execute(select(messages.c.text).where(messages.c.role == "agent")).scalars())
        assert replies == {f"Hello {ticket}": 1 for ticket in double.tickets()}, "said once to each customer"
        there = "\n".join(text for ticket in double.tickets() for text in texts_there(double, ticket))
        assert [there.count(text) for text in customers.said] == [1] * amount, "as the customers wrote it"
    print(f"{system}: {amount} handoffs, {kills} kills, {dict(mood.seen)}; all there {took:.1f} s after recovery")
    assert {500, DROP, TAKE_AND_DROP} <= set(mood.seen), f"seed {SEED}: the help desk never failed"
    assert not hangs or mood.seen[HANG]
    assert took <= RECOVERY_SECONDS


def _kill(service: ServiceProcess, mood: Rough, done: Callable[[], int], amount: int, kills: int) -> None:
    """kill -9 so often, spread over the handoffs."""
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(amount // 3, amount * 9 // 10), kills))
    for point in points:
        assert until(lambda point=point: done() >= point, PATIENCE_SECONDS)
        mood.down = point == points[-1]
        time.sleep(chance.uniform(0, 0.1))
        service.kill()
        service.start()


def _recover(service: ServiceProcess, mood: Rough) -> float:
    """Seconds from when the help desk takes everything again until it has everything."""
    database = service.log.parent / "answerdesk.db"
    assert undelivered(database)
    mood.down, mood.moods = False, (None,)
    start = time.monotonic()
    until(lambda: undelivered(database) == 0, 60)
    return time.monotonic() - start


# Seconds on an idle machine; other suites may share the cores.
pytestmark = pytest.mark.timeout(600)


def test_a_kill_while_the_help_desk_fails_loses_and_doubles_nothing(small_index: Path, tmp_path: Path) -> None:
    _scene(small_index, tmp_path, "chatwoot", amount=40, kills=1, hangs=1)


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("system", DOUBLES)
def test_a_thousand_handoffs_and_twenty_kills(small_index: Path, tmp_path: Path, system: str) -> None:
    _scene(small_index, tmp_path, system, amount=1000, kills=20, hangs=20)


@pytest.mark.full
def test_a_service_that_looks_for_nothing_there_would_be_caught(small_index: Path, tmp_path: Path) -> None:
    """Negative control."""
    careless = str(ROOT / "tests" / "faults" / "careless_service.py")
    with pytest.raises(AssertionError, match="one for each ticket"):
        _scene(small_index, tmp_path, "chatwoot", amount=60, kills=2, hangs=0, program=(careless,))
