"""Promise 27: a full disk is a clear error; what was acknowledged is there, and with room again everything goes on."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from tests.faults.small_disk import MEGABYTE, SmallDisk, small_disk
from tests.loopback import NO_TLS
from tests.service_process import ROOT, ServiceProcess

pytestmark = pytest.mark.timeout(600)

CUSTOMERS = 4
REFUSALS = 4
"""After as many refused messages a customer stops."""
UNTIL_FULL = 1_500_000
"""Bytes of room, taken up by some dozens of messages."""


@dataclass
class Customer:
    """One visitor; `acknowledged` has what it was told is stored, `refused` what came back instead."""

    url: str
    path: str = ""
    token: str = ""
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: Counter[tuple[int, str]] = field(default_factory=Counter)

    def client(self) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx2.Client(base_url=self.url, headers=headers, verify=NO_TLS, trust_env=False, timeout=60)

    def open(self) -> None:
        with self.client() as client:
            opened = client.post("/v1/conversations", json={}).json()
        self.path, self.token = f"/v1/conversations/{opened['id']}", opened["token"]

    def say(self, client: httpx2.Client, text: str) -> httpx2.Response:
        body = {"client_id": secrets.token_hex(8), "text": text}
        answer = client.post(f"{self.path}/messages", json=body)
        if answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED):
            self.acknowledged[body["client_id"]] = text
        else:
            self.refused[answer.status_code, answer.json()["error"]] += 1
        return answer

    def write_until_refused(self, messages: int) -> None:
        with self.client() as client:
            for number in range(messages):
                if self.refused.total() < REFUSALS:
                    self.say(client, f"{number}: thanks {'and so on ' * 30}")

    def missing(self) -> int:
        """How many acknowledged messages are not stored as they were sent."""
        with self.client() as client:
            said = client.get(self.path).json()["messages"]
        stored = {message["client_id"]: message["text"] for message in said if message["role"] == "customer"}
        return sum(stored.get(key) != text.strip() for key, text in self.acknowledged.items())


@dataclass(frozen=True)
class Scene:
    """The service over a small disk, its log on the same one."""

    service: ServiceProcess
    disk: SmallDisk
    customers: list[Customer]

    def fill(self, left: int = 0) -> None:
        assert self.service.process is not None
        self.disk.fill(self.service.process.pid, left)

    def write(self, messages: int) -> None:
        """All customers at once, until the service refuses."""
        threads = [threading.Thread(target=each.write_until_refused, args=(messages,)) for each in self.customers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def refusals(self) -> Counter[tuple[int, str]]:
        return sum((each.refused for each in self.customers), Counter[tuple[int, str]]())

    def missing(self) -> int:
        return sum(each.missing() for each in self.customers)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as found:
        yield found


def _scene(service: ServiceProcess, disk: SmallDisk) -> Scene:
    service.start()
    customers = [Customer(service.url) for _ in range(CUSTOMERS)]
    for each in customers:
        each.open()
    return Scene(service, disk, customers)


def _integrity(data: Path) -> str:
    database = sqlite3.connect(data / "answerdesk.db")
    try:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        database.close()


UNAVAILABLE = (503, "unavailable")


def _disk_runs_full(small_index: Path, disk: SmallDisk, rounds: int, room: int) -> None:
    data = disk.folder / "data"
    service = ServiceProcess(small_index, data)
    scene = _scene(service, disk)
    told = 0
    try:
        for _ in range(rounds):
            scene.fill(left=room)
            scene.write(messages=10_000)
            scene.fill()
            refusals = scene.refusals()
            told += refusals.total()
            assert set(refusals) == {UNAVAILABLE}
            one = scene.customers[0]
            with one.client() as client:
                reads = Counter(client.get(one.path).status_code for _ in range(80))
                assert reads == {200: 80}, "reading goes on, though not a line of the log can be written"
                assert client.get("/help").status_code == 200
                assert "disk" in one.say(client, "hello").json()["detail"] or not disk.mounted
                service.kill()
                disk.make_room()
                service.start()
                assert one.say(client, "thanks").status_code == 201
            assert scene.missing() == 0
            for each in scene.customers:
                each.refused.clear()
        scene.fill()
        refused = scene.customers[1]
        with refused.client() as client:
            refused.say(client, "hello")
            disk.make_room()
            assert refused.say(client, "thanks").status_code == 201, "it goes on with room alone, without a restart"
        assert scene.missing() == 0
    finally:
        assert service.stop() == 0
    accepted = sum(len(each.acknowledged) for each in scene.customers)
    print(f"{'tmpfs' if disk.mounted else 'RLIMIT_FSIZE'}: {accepted} accepted, {told} refused with 503, 0 missing")
    assert accepted > CUSTOMERS
    assert _integrity(data) == "ok"


def test_a_disk_that_runs_full_loses_nothing_and_says_so(small_index: Path, disk: SmallDisk) -> None:
    _disk_runs_full(small_index, disk, rounds=1, room=UNTIL_FULL)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_a_disk_that_runs_full_ten_times(small_index: Path, disk: SmallDisk) -> None:
    _disk_runs_full(small_index, disk, rounds=10, room=20 * MEGABYTE)


def test_a_service_starts_on_a_full_disk_or_says_why_not(small_index: Path, disk: SmallDisk) -> None:
    data = disk.folder / "data"
    service = ServiceProcess(small_index, data)
    service.start()
    assert service.stop() == 0
    if not disk.mounted:
        pytest.skip("needs the right to mount")
    disk.fill(0)
    service.log = disk.folder.parent / "service.log"
    try:
        service.start()
        assert service.stop() == 0
    except AssertionError:
        assert "Traceback" not in service.log.read_text()
        assert "disk" in service.log.read_text()


@pytest.mark.full
def test_the_harness_sees_losses_of_a_service_that_acknowledges_what_it_could_not_store(
    small_index: Path, disk: SmallDisk
) -> None:
    """Negative control: the same service, committing every minute; what the disk then refuses was acknowledged."""
    late = str(ROOT / "tests" / "faults" / "late_commit_service.py")
    service = ServiceProcess(small_index, disk.folder / "data", program=(late,))
    scene = _scene(service, disk)
    scene.fill()
    with scene.customers[0].client() as client:
        for number in range(5):
            scene.customers[0].say(client, f"thanks {number}")
    service.kill()
    disk.make_room()
    service.start()
    try:
        with scene.customers[0].client() as client:
            assert client.get(scene.customers[0].path).status_code == 401, "the conversation itself is gone"
    finally:
        service.stop()
