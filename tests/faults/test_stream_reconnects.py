"""Promise 18: customers and agents who are cut off again and again, and a service killed under them, miss nothing and
see nothing twice; what they knew and what they heard since is what a fresh look shows."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.access import Role
from bot.desk import accounts
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from tests.faults.live_clients import LiveClient, View
from tests.loopback import NO_TLS
from tests.service_process import ServiceProcess

SEED = 20261126
PATIENCE_SECONDS = 120
RETRY_SECONDS = 0.3
LINGER_SECONDS = 0.5
CARELESS = (2, 3)
WRITERS = 4
EMAIL, PASSWORD = "live@example.com", "a long enough password"


@dataclass(frozen=True)
class Size:
    """How much: of the `customers`, every two are devices of one conversation."""

    customers: int
    agents: int
    rounds: int
    cuts_each: int
    kills: int


@dataclass(frozen=True)
class Talk:
    """One conversation with a person."""

    id: str
    token: str
    ticket: str

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"


@dataclass(frozen=True)
class Outcome:
    """What the clients saw, held against the log: `stale` are views that a fresh fetch contradicts."""

    heard: int
    gaps: int
    doubles: int
    reordered: int
    stale: int
    cuts: int
    lost_connections: int


@dataclass
class Scene:
    """The service, somebody signed in, and the conversations."""

    service: ServiceProcess
    size: Size
    agent: httpx2.Client
    talks: list[Talk] = field(default_factory=list)
    done: int = 0

    def until(self, send: Callable[[], httpx2.Response]) -> dict[str, Any]:
        """Send it again and again until it is answered: the service may be away."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = send()
                if answer.status_code < 300:
                    return answer.json() if answer.content else {}
                # What a killed service had done already, or a colleague did meanwhile.
                if answer.status_code == 409:
                    return {}
                assert answer.status_code >= 500, answer.text
            except httpx2.TransportError:
                pass
            assert time.monotonic() < deadline
            time.sleep(RETRY_SECONDS)

    def open(self, client: httpx2.Client, name: int) -> Talk:
        opened = self.until(lambda: client.post("/v1/conversations", json={}))
        token = {"Authorization": f"Bearer {opened['token']}"}
        path = f"/v1/conversations/{opened['id']}/handoff"
        handed = self.until(lambda: client.post(path, json={"note": f"Case {name}"}, headers=token))
        return Talk(opened["id"], opened["token"], handed["ticket"]["id"])

    def work(self, client: httpx2.Client, talk: Talk, number: int) -> None:
        """One round: the customer writes, the agent reads, answers, notes, tags; each is known by an id of its own."""
        token = {"Authorization": f"Bearer {talk.token}"}
        ticket = f"/v1/tickets/{talk.ticket}"
        said = {"client_id": f"c{number}", "text": f"Question {number} of {talk.id}"}
        heard = self.until(lambda: client.post(f"{talk.path}/messages", json=said, headers=token))
        self.until(lambda: client.post(f"{talk.path}/typing", headers=token))
        mark = {"message_id": heard["message"]["id"]}
        self.until(lambda: self.agent.post(f"{ticket}/read", json=mark))
        self.until(lambda: self.agent.post(f"{ticket}/typing"))
        reply = {"client_id": f"a{number}", "text": f"Answer {number} to {talk.id}"}
        answered = self.until(lambda: self.agent.post(f"{ticket}/reply", json=reply))
        self.until(lambda: self.agent.post(f"{ticket}/tags", json={"tag": f"t{number % 3}", "remove": number % 2 > 0}))
        if number % 2 == 0:
            self.until(lambda: self.agent.post(f"{ticket}/notes", json={"text": f"Note {number}"}))
        if answered:
            shown = {"message_id": answered["message"]["id"]}
            self.until(lambda: client.post(f"{talk.path}/read", json=shown, headers=token))
        self.done += 1


def _account(data: Path) -> None:
    database = open_database(f"sqlite:///{data / 'answerdesk.db'}", serving=True)
    migrate(database)
    with database.transaction() as tx:
        accounts.add(tx, EMAIL, "Live", Role.AGENT, PASSWORD)
    database.close()


def _signed_in(url: str) -> httpx2.Client:
    client = httpx2.Client(base_url=url, verify=NO_TLS, trust_env=False, timeout=30)
    body = client.post("/v1/session", json={"email": EMAIL, "password": PASSWORD}).json()
    client.headers["X-CSRF-Token"] = body["csrf"]
    return client


def _customer_view(scene: Scene, talk: Talk) -> tuple[View, int]:
    headers = {"Authorization": f"Bearer {talk.token}"}
    url = f"{scene.service.url}{talk.path}"
    body = scene.until(lambda: httpx2.get(url, headers=headers, verify=NO_TLS, trust_env=False))
    messages = {message["id"]: message for message in body["messages"]}
    read = {mark["reader"]: mark for mark in body["read"]}
    return View(body["state"], messages, body["ticket"], read), body["last_event_id"]


def _desk_view(scene: Scene, talk: Talk) -> View:
    told = scene.until(lambda: scene.agent.get(f"/v1/tickets/{talk.ticket}"))
    talked = scene.until(lambda: scene.agent.get(talk.path))
    notes = scene.until(lambda: scene.agent.get(f"/v1/tickets/{talk.ticket}/notes"))["notes"]
    return View(
        state=talked["state"],
        messages={message["id"]: message for message in told["messages"]},
        ticket=talked["ticket"],
        read={mark["reader"]: mark for mark in told["read"]},
        tags=set(told["tags"]),
        notes=[(note["author"], note["text"]) for note in notes],
        version=told["version"],
    )


def _clients(scene: Scene, customers: int, agents: int, *, ignore_ids: bool = False) -> list[LiveClient]:
    rng, size = random.Random(SEED), scene.size
    made: list[LiveClient] = []

    def client(path: str, headers: dict[str, str], views: dict[str, View], start: int) -> None:
        own = random.Random(rng.random())
        made.append(LiveClient(scene.service.port, path, headers, views, start, own, size.cuts_each, ignore_ids))

    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in scene.agent.cookies.items())}
    for number in range(customers):
        talk = scene.talks[number % len(scene.talks)]
        view, last = _customer_view(scene, talk)
        client(f"{talk.path}/events", {"Authorization": f"Bearer {talk.token}"}, {talk.id: view}, last)
    last = max(_customer_view(scene, talk)[1] for talk in scene.talks)
    for _ in range(agents):
        views = {talk.id: _desk_view(scene, talk) for talk in scene.talks}
        client("/v1/desk/events", cookies, views, last)
    return made


async def _followed(
    scene: Scene, clients: list[LiveClient], careless: list[LiveClient], working: threading.Thread
) -> None:
    """Until everything was said, heard and cut; a little longer, to see whether anything comes twice."""
    following = [asyncio.create_task(client.follow()) for client in [*clients, *careless]]
    while working.is_alive():
        await asyncio.sleep(0.05)
    last = _last_events(scene)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(client.cuts_left or client.reached < last[client.path] for client in clients):
        assert time.monotonic() < deadline, [client for client in clients if client.cuts_left][:1]
        await asyncio.sleep(0.05)
    await asyncio.sleep(LINGER_SECONDS)
    for task in following:
        task.cancel()
    ended = await asyncio.gather(*following, return_exceptions=True)
    assert {type(each) for each in ended} == {asyncio.CancelledError}, ended


def _last_events(scene: Scene) -> dict[str, int]:
    """Path of a stream → the newest event that it has to bring: what is for the desk alone comes to no customer."""
    kept = _log(scene)
    paths = {talk.id: f"{talk.path}/events" for talk in scene.talks}
    last = {paths[talk]: identifier for identifier, (talk, audience) in kept.items() if audience == "all"}
    return last | {"/v1/desk/events": max(kept)}


def _log(scene: Scene) -> dict[int, tuple[str, str]]:
    """Every event of the log, read behind the service's back: id → conversation, audience."""
    with closing(sqlite3.connect(f"file:{scene.service.log.parent / 'answerdesk.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT id, conversation_id, audience FROM events ORDER BY id")
        return {identifier: (talk, audience) for identifier, talk, audience in rows}


def _work(scene: Scene) -> threading.Thread:
    def run() -> None:
        with ThreadPoolExecutor(WRITERS) as pool:
            for each in [pool.submit(_share, scene, scene.talks[number::WRITERS]) for number in range(WRITERS)]:
                each.result()

    return threading.Thread(target=run)


def _share(scene: Scene, talks: list[Talk]) -> None:
    with httpx2.Client(base_url=scene.service.url, verify=NO_TLS, trust_env=False, timeout=30) as client:
        for number in range(scene.size.rounds):
            for talk in talks:
                scene.work(client, talk, number)


def _killer(scene: Scene) -> threading.Thread:
    rounds = len(scene.talks) * scene.size.rounds
    points = sorted(random.Random(SEED).sample(range(rounds // 10, rounds * 9 // 10), scene.size.kills))

    def run() -> None:
        for point in points:
            while scene.done < point:
                time.sleep(0.005)
            scene.service.kill()
            scene.service.start()

    return threading.Thread(target=run)


def _outcome(scene: Scene, clients: list[LiveClient]) -> Outcome:
    found: Counter[str] = Counter()
    kept = _log(scene)
    fresh = {talk.id: (_customer_view(scene, talk)[0], _desk_view(scene, talk)) for talk in scene.talks}
    for client in clients:
        is_desk = client.path == "/v1/desk/events"
        due = [
            identifier
            for identifier, (talk, audience) in kept.items()
            if identifier > client.start and (is_desk or (talk in client.views and audience == "all"))
        ]
        found["heard"] += len(client.seen)
        found["gaps"] += len(set(due) - set(client.seen))
        found["doubles"] += len(client.seen) - len(set(client.seen))
        found["reordered"] += sorted(set(client.seen)) != list(dict.fromkeys(client.seen))
        found["stale"] += sum(view != fresh[talk][is_desk] for talk, view in client.views.items())
        found["cuts"] += client.cuts
        found["lost_connections"] += client.lost_connections
    return Outcome(**{name: found[name] for name in Outcome.__dataclass_fields__})


def _run(index: Path, data: Path, size: Size) -> tuple[Outcome, Outcome]:
    """What came of the clients, and of some that do not say where they were (the negative control)."""
    data.mkdir(parents=True, exist_ok=True)
    _account(data)
    service = ServiceProcess(index, data, ANSWERDESK_COOKIE_SECURE="false")
    service.start()
    try:
        with closing(_signed_in(service.url)) as agent, closing(_signed_in(service.url)) as client:
            scene = Scene(service, size, agent)
            scene.talks += [scene.open(client, number) for number in range(-(-size.customers // 2))]
            clients = _clients(scene, size.customers, size.agents)
            careless = _clients(scene, *CARELESS, ignore_ids=True)
            working, killer = _work(scene), _killer(scene)
            working.start()
            killer.start()
            asyncio.run(_followed(scene, clients, careless, working))
            killer.join()
            outcomes = _outcome(scene, clients), _outcome(scene, careless)
    finally:
        service.stop()
    print(f"seed {SEED}: {size}: {outcomes[0]}; without ids: {outcomes[1]}")
    return outcomes


def _nothing_wrong(outcome: Outcome) -> None:
    assert (outcome.gaps, outcome.doubles, outcome.reordered, outcome.stale) == (0, 0, 0, 0)


def _seen_to_be_wrong(careless: Outcome) -> None:
    """Who comes back without `Last-Event-ID` hears old things again (a customer) or misses some (the desk)."""
    assert careless.doubles > 0
    assert careless.gaps > 0
    assert careless.stale > 0


pytestmark = pytest.mark.timeout(600)


def test_nobody_who_is_cut_off_misses_or_doubles_anything(small_index: Path, tmp_path: Path) -> None:
    size = Size(customers=12, agents=3, rounds=3, cuts_each=6, kills=1)
    outcome, careless = _run(small_index, tmp_path, size)
    _nothing_wrong(outcome)
    _seen_to_be_wrong(careless)
    assert outcome.cuts == 90
    assert outcome.heard > 400


@pytest.mark.full
@pytest.mark.timeout(2400)
def test_two_hundred_clients_two_thousand_cuts_ten_kills(small_index: Path, tmp_path: Path) -> None:
    size = Size(customers=176, agents=24, rounds=4, cuts_each=10, kills=10)
    outcome, careless = _run(small_index, tmp_path, size)
    _nothing_wrong(outcome)
    _seen_to_be_wrong(careless)
    assert outcome.cuts >= 2_000
    assert outcome.heard >= 50_000
