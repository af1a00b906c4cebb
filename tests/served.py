"""Owns running the real service inside a test: real socket, real SQLite, real index. Refuses test clients."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import structlog
from fastapi import FastAPI

from bot.access import Role
from bot.api import limits
from bot.app import create_app
from bot.assemble import assemble
from bot.desk import accounts
from bot.pipeline import build_responder
from bot.serve import listen, server_for
from bot.settings import DATABASE_FILE, Settings
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate
from kb_ingest import embedder
from kb_ingest.embedder import Embedder, default_cache_dir
from tests.loopback import NO_TLS
from tests.patience import until

PASSWORD = "a long enough password"
SERVICE_KEY = "service-key-of-another-help-desk"
ALIKE = "alike"
OF_THE_SAMPLE_BASE = Path(__file__).parents[1] / "data" / "calibration" / "bases" / "kb.json"
"""What `small_index` is a part of: too small a part to be known by its articles."""
UNLIMITED = {
    "visitor_messages_per_minute": 1_000_000,
    "ip_requests_per_minute": 1_000_000,
    "ip_streams": 1_000_000,
    "site_messages_per_minute": 1_000_000,
}


@dataclass(frozen=True)
class Served:
    """A running service; `url` is its root."""

    url: str
    app: FastAPI
    database: Database

    def client(self, **headers: str) -> httpx2.Client:
        """A client without cookies or tokens."""
        return httpx2.Client(base_url=self.url, headers=headers, verify=NO_TLS, trust_env=False, timeout=30)

    def visitor(self, **given: Any) -> Visitor:
        """A visitor with a new conversation."""
        client = self.client()
        opened = client.post("/v1/conversations", json=given)
        assert opened.status_code == 201, opened.text
        body = opened.json()
        client.headers["Authorization"] = f"Bearer {body['token']}"
        return Visitor(client, body["id"], body["token"], body)

    def staff(self, role: Role = Role.AGENT) -> Staff:
        """Somebody signed in, with a new account."""
        email = f"{role}-{secrets.token_hex(4)}@example.com"
        with self.database.transaction() as tx:
            account = accounts.add(tx, email, f"Person {role}", role, PASSWORD)
        client = self.client()
        body = client.post("/v1/session", json={"email": email, "password": PASSWORD})
        assert body.status_code == 200, body.text
        client.headers["X-CSRF-Token"] = body.json()["csrf"]
        return Staff(client, account.id, email)


@dataclass(frozen=True)
class Visitor:
    """A visitor's client, with its token."""

    client: httpx2.Client
    id: str
    token: str
    opened: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    def say(self, text: str, client_id: str | None = None) -> httpx2.Response:
        body = {"client_id": client_id or secrets.token_hex(8), "text": text}
        return self.client.post(f"{self.path}/messages", json=body)

    def hand_off(self, note: str = "") -> dict[str, Any]:
        answer = self.client.post(f"{self.path}/handoff", json={"note": note})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self) -> dict[str, Any]:
        return self.client.get(self.path).json()


@dataclass(frozen=True)
class Staff:
    """A signed-in person's client, with cookie and CSRF header."""

    client: httpx2.Client
    id: str
    email: str


@dataclass(frozen=True)
class Event:
    """One frame of a stream; `id` None for whispers."""

    id: int | None
    kind: str
    data: dict[str, Any]


@contextmanager
def stream(client: httpx2.Client, path: str, **headers: str) -> Iterator[Iterator[Event]]:
    """The events of a stream as they come; heartbeats are left out."""
    with client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _events(response)


def _events(response: httpx2.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and "data" in fields:
            identifier = int(fields["id"]) if "id" in fields else None
            yield Event(identifier, fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}


@cache
def encoder() -> Embedder:
    """The encoder of every service in this process: compiling the model takes half of the time in which one starts."""
    return embedder.load()


@contextmanager
def serving(
    index_dir: Path, data_dir: Path, *, sign_ins_per_minute: int = 1_000_000, **settings: Any
) -> Iterator[Served]:
    """The service on a free port until the block ends; rate limits are off unless given."""
    data_dir.mkdir(parents=True, exist_ok=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    given = (
        {
            "index_dir": index_dir,
            "data_dir": data_dir,
            "model_cache_dir": default_cache_dir(),
            "calibration_file": OF_THE_SAMPLE_BASE,
            "cookie_secure": False,
            "company_name": "Fernwick",
        }
        | UNLIMITED
        | settings
    )
    warm(index_dir, data_dir)
    limits.SIGN_INS_PER_NETWORK = sign_ins_per_minute
    limits.FILES_PER_NETWORK = 1_000_000
    limits.CONTACTS_PER_NETWORK = 1_000_000
    assistant = assemble(Settings(**given), encoder, serving=True)
    app = create_app(assistant)
    server = server_for(app)
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app, assistant.database)
    finally:
        server.should_exit = True
        thread.join(60)  # a machine may be busy with much else
        assistant.database.close()
    assert not thread.is_alive()


def warm(index_dir: Path, data_dir: Path) -> None:
    """What every service of a test run would make alike: the vectors of the policy files, and a database when new."""
    made = index_dir.parent / ALIKE
    if made.exists():
        shutil.copytree(made / "cache", data_dir / "cache", dirs_exist_ok=True)
        if not (data_dir / DATABASE_FILE).exists():
            shutil.copy(made / DATABASE_FILE, data_dir)


def make_alike(index_dir: Path) -> None:
    """Make it once for every service over this index; see `warm`."""
    made = index_dir.parent / ALIKE
    build_responder(Settings(index_dir=index_dir, data_dir=made), load=encoder)
    (made / "cache").mkdir(parents=True, exist_ok=True)  # only sentences added after the fit are encoded
    with closing(open_database(f"sqlite:///{made / DATABASE_FILE}", serving=True)) as database:
        migrate(database)
