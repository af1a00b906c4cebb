"""Promise 26: SIGTERM under load. What is being answered is answered to its end; what finds nobody is sent again."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from tests.loopback import NO_TLS
from tests.patience import until
from tests.service_process import ROOT, ServiceProcess

pytestmark = pytest.mark.timeout(600)

CUSTOMERS = 6
PAUSE_SECONDS = 0.5
TEXTS = ("How do I reset Hub 2?", "thanks", "What does a purple light on Hub 2 mean?", "How long can I return things?")
ANSWERED, NOBODY, CUT = "answered", "nobody there", "cut off"


@dataclass
class Deploys:
    """A service that is replaced again and again while customers write."""

    service: ServiceProcess
    seen: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    missing: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    up: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def once(self, method: str, path: str, token: str = "", body: object = None) -> httpx2.Response | None:
        """One try on a connection of its own, as a proxy's would be; None when it was not answered."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = httpx2.request(
                method, self.service.url + path, headers=headers, json=body, verify=NO_TLS, trust_env=False, timeout=60
            )
        except httpx2.ConnectError:
            return self._count(NOBODY)
        except httpx2.TransportError:
            return self._count(CUT)
        self._count(ANSWERED)
        with self.guard:
            self.statuses[answer.status_code] += 1
        return answer

    def _count(self, what: str) -> None:
        with self.guard:
            self.seen[what] += 1

    def with_one_retry(self, path: str, token: str = "", body: object = None) -> httpx2.Response | None:
        """As the widget and every proxy do: once more, as soon as somebody is there."""
        answer = self.once("POST", path, token, body)
        if answer is not None:
            return answer
        self.up.wait(60)
        answer = self.once("POST", path, token, body)
        if answer is None:
            self.failed.append(path)
        return answer

    def customer(self) -> None:
        """Writes one message after the other until all is over; then everything acknowledged is there."""
        opened = self.with_one_retry("/v1/conversations", body={})
        if opened is None:
            return
        talk, token, acknowledged = f"/v1/conversations/{opened.json()['id']}", opened.json()["token"], []
        while not self.over.is_set():
            name = secrets.token_hex(8)
            body = {"client_id": name, "text": TEXTS[len(acknowledged) % len(TEXTS)]}
            if self.with_one_retry(f"{talk}/messages", token, body) is not None:
                acknowledged.append(name)
        read = self.once("GET", talk, token)
        said = read.json()["messages"] if read is not None else []
        stored = [message["client_id"] for message in said if message["role"] == "customer"]
        with self.guard:
            self.missing += len(acknowledged) - len([name for name in acknowledged if stored.count(name) == 1])

    def run(self, times: int) -> list[int]:
        """The exit statuses."""
        self.service.start()
        self.up.set()
        threads = [threading.Thread(target=self.customer) for _ in range(CUSTOMERS)]
        for thread in threads:
            thread.start()
        ended = []
        for _ in range(times):
            before = self.seen[ANSWERED]
            until(lambda before=before: self.seen[ANSWERED] >= before + 2 * CUSTOMERS, 60)  # type: ignore[misc]
            time.sleep(PAUSE_SECONDS)
            self.up.clear()
            ended.append(self.service.stop(seconds=60))
            self.service.start()
            self.up.set()
        self.over.set()
        for thread in threads:
            thread.join()
        ended.append(self.service.stop(seconds=60))
        print(f"{times} deploys under load: {dict(self.seen)}, failed after one retry: {len(self.failed)}")
        return ended


def _holds(service: ServiceProcess, times: int) -> None:
    deploys = Deploys(service)
    assert set(deploys.run(times)) == {0}
    assert deploys.failed == []
    assert set(deploys.statuses) <= {200, 201}
    assert deploys.missing == 0
    # A connection that was made, and not taken up yet when the socket is closed, is the one that no drain reaches.
    assert deploys.seen[CUT] <= times


def test_replacing_the_service_under_load_fails_nobody_after_one_retry(small_index: Path, tmp_path: Path) -> None:
    _holds(ServiceProcess(small_index, tmp_path), times=2)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_fifty_deploys_under_load(small_index: Path, tmp_path: Path) -> None:
    _holds(ServiceProcess(small_index, tmp_path), times=50)


@pytest.mark.full
def test_the_harness_sees_a_service_that_does_not_drain(small_index: Path, tmp_path: Path) -> None:
    """Negative control: the same service, gone at once; everybody who waits for an answer is cut off."""
    program = (str(ROOT / "tests" / "faults" / "abrupt_service.py"),)
    deploys = Deploys(ServiceProcess(small_index, tmp_path, program=program))
    deploys.run(times=3)
    assert deploys.seen[CUT] > 3
