"""Promise 6: kill -9 while customers write. An acknowledged message is stored, once, in order; so is its answer."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from tests.loopback import NO_TLS
from tests.patience import until_heard
from tests.service_process import ROOT, ServiceProcess

SEED = 20261122
CLIENTS, MANY_CLIENTS = 20, 50
PATIENCE_SECONDS = 300
RETRY_SECONDS = 0.5
TEXTS = ("thanks", "hello", "How do I reset Hub 2?", "ok great", "What does a purple light on Hub 2 mean?")


@dataclass
class Customer:
    """One visitor that sends its messages in order and repeats each until it is acknowledged."""

    url: str
    name: int
    new_id_for_each_try: bool = False
    acknowledged: list[str] = field(default_factory=list)
    tries: int = 0

    def run(self, amount: int) -> None:
        with httpx2.Client(base_url=self.url, verify=NO_TLS, trust_env=False, timeout=10) as client:
            opened = self._sent(lambda: client.post("/v1/conversations", json={})).json()
            self.path = f"/v1/conversations/{opened['id']}"
            client.headers["Authorization"] = f"Bearer {opened['token']}"
            self.token = opened["token"]
            for number in range(amount):
                if not self._say(client, number):
                    return

    def _say(self, client: httpx2.Client, number: int) -> bool:
        """False when the whole conversation is gone, which `_damage` counts as loss."""
        text = f"{TEXTS[(number + self.name) % len(TEXTS)]}"
        first_try = self.tries

        def send() -> httpx2.Response:
            self.tries += 1
            again = f"-{self.tries - first_try}" if self.new_id_for_each_try else ""
            return client.post(f"{self.path}/messages", json={"client_id": f"m{number}{again}", "text": text})

        answer = self._sent(send)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            return False
        self.acknowledged.append(answer.json()["message"]["client_id"])
        return True

    def _sent(self, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        return until_heard(send, (200, 201, 401), PATIENCE_SECONDS, RETRY_SECONDS)


@dataclass(frozen=True)
class Damage:
    """What is wrong with the stored conversations, over all customers."""

    lost: int
    doubled: int
    reordered: int
    answered_twice: int
    unanswered: int


def _damage(url: str, customers: list[Customer]) -> Damage:
    found: Counter[str] = Counter()
    for customer in customers:
        headers = {"Authorization": f"Bearer {customer.token}"}
        read = httpx2.get(url + customer.path, headers=headers, verify=NO_TLS, trust_env=False, timeout=60)
        said = read.json()["messages"] if read.status_code == HTTPStatus.OK else []
        stored = [message["client_id"] for message in said if message["role"] == "customer"]
        numbers = [identifier.partition("-")[0] for identifier in stored]
        found["lost"] += len(set(customer.acknowledged) - set(stored))
        found["doubled"] += len(numbers) - len(set(numbers))
        found["reordered"] += [each for each in stored if each in customer.acknowledged] != customer.acknowledged
        for before, after in zip(said, [*said[1:], None][: len(said)], strict=True):
            answers = after is not None and after["role"] == "bot"
            found["answered_twice"] += before["role"] == "bot" and answers
            by_bot = before["role"] == "customer" and not any(each["role"] == "system" for each in said)
            found["unanswered"] += by_bot and not answers
    return Damage(**{name: found[name] for name in ("lost", "doubled", "reordered", "answered_twice", "unanswered")})


class Killer(threading.Thread):
    """Kills and restarts the service each time a random number of messages has been acknowledged."""

    def __init__(self, service: ServiceProcess, customers: list[Customer], messages: int, kills: int) -> None:
        super().__init__()
        self._service, self._customers, self._rng = service, customers, random.Random(SEED)
        self._points = sorted(self._rng.sample(range(messages // 4, messages * 9 // 10), kills))
        self.kills = 0

    def run(self) -> None:
        for point in self._points:
            while sum(len(each.acknowledged) for each in self._customers) < point:
                time.sleep(0.002)
            time.sleep(self._rng.uniform(0, 0.05))
            self._service.kill()
            self.kills += 1
            self._service.start()


def _scene(service: ServiceProcess, messages: int, kills: int, clients: int = CLIENTS, **how: bool) -> Damage:
    service.start()
    customers = [Customer(service.url, name, **how) for name in range(clients)]
    threads = [threading.Thread(target=each.run, args=(messages // clients,)) for each in customers]
    killer = Killer(service, customers, messages, kills)
    try:
        for thread in [*threads, killer]:
            thread.start()
        for thread in [*threads, killer]:
            thread.join()
        assert killer.kills == kills
        damage = _damage(service.url, customers)
        tries = sum(each.tries for each in customers)
        assert damage.lost or sum(len(each.acknowledged) for each in customers) == messages
        print(f"seed {SEED}: {messages} messages, {tries} tries, {kills} kills: {damage}")
        return damage
    finally:
        service.stop()


NONE = Damage(0, 0, 0, 0, 0)

# Seconds on an idle machine; other suites may share the cores.
pytestmark = pytest.mark.timeout(600)


def test_messages_survive_kill_9_once_and_in_order(small_index: Path, tmp_path: Path) -> None:
    damage = _scene(ServiceProcess(small_index, tmp_path), messages=120, kills=2)
    assert damage == NONE


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_ten_thousand_messages_survive_twenty_kills(small_index: Path, tmp_path: Path) -> None:
    damage = _scene(ServiceProcess(small_index, tmp_path), messages=10_000, kills=20, clients=MANY_CLIENTS)
    assert damage == NONE


@pytest.mark.full
def test_the_harness_sees_doubles_of_a_client_without_ids(small_index: Path, tmp_path: Path) -> None:
    """Negative control: a new id for each try is what a widget without ids amounts to."""
    damage = _scene(ServiceProcess(small_index, tmp_path), messages=100, kills=1, new_id_for_each_try=True)
    assert damage.doubled > 0


@pytest.mark.full
def test_the_harness_sees_losses_of_a_service_that_answers_before_it_commits(small_index: Path, tmp_path: Path) -> None:
    """Negative control: the same service, committing every minute instead of before each answer."""
    late = str(ROOT / "tests" / "faults" / "late_commit_service.py")
    damage = _scene(ServiceProcess(small_index, tmp_path, program=(late,)), messages=100, kills=1)
    assert damage.lost > 0
