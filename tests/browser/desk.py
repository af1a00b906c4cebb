"""Owns the other side of a browser test: the service, what it stored, an agent. Refuses the browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import jwt
from sqlalchemy import Connection, update

from bot.access import Role
from bot.desk import accounts, tickets
from bot.feedback import still_fine
from bot.handoff.policies import read_policies
from bot.settings import DATABASE_FILE
from bot.storage import clock
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from bot.storage.tables import tickets as tickets_table
from tests.loopback import NO_TLS
from tests.service_process import ROOT, ServiceProcess

AGENT_EMAIL = "maya@example.com"
AGENT_NAME = "Maya"
AGENT_PASSWORD = "correct horse battery"
MAYA = (AGENT_EMAIL, AGENT_NAME, Role.AGENT, AGENT_PASSWORD)
POLICIES = ROOT / "data" / "policies"
DAYS_LATER = "2026-11-25T15:00:00.000Z"
IDENTITY_KEY = "an identity key that has 32 bytes or more"


@dataclass(frozen=True)
class Desk:
    """The service under test."""

    process: ServiceProcess

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def data(self) -> Path:
        """The service's folder."""
        return self.process.log.parent

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Something that is in the database without having come through a door."""
        with closing(open_database(f"sqlite:///{self.data / DATABASE_FILE}")) as database, database.transaction() as tx:
            yield tx

    def hire(self, name: str, email: str, password: str, role: Role = Role.LEAD) -> None:
        """One more account."""
        with self.transaction() as tx:
            accounts.add(tx, email, name, role, password)

    def ask_whether_still_fine(self, ticket_id: str) -> None:
        """What the service's clock does some days after the ticket was resolved."""
        policies = read_policies(POLICIES)
        with self.transaction() as tx:
            days = policies.still_fine.wait_days(tickets.load(tx, ticket_id))
            assert days, "these are not asked"
            resolved = {"closed_at": clock.after(DAYS_LATER, -days * 86_400 - 60)}
            tx.execute(update(tickets_table).where(tickets_table.c.id == ticket_id).values(resolved))
            assert still_fine.ask(tx, policies, tickets.load(tx, ticket_id), DAYS_LATER)

    def warm_up(self) -> None:
        """Have a first question answered: the encoder is loaded for it."""
        with httpx2.Client(base_url=self.url, verify=NO_TLS, trust_env=False, timeout=120) as client:
            opened = client.post("/v1/conversations", json={}).json()
            client.headers["Authorization"] = f"Bearer {opened['token']}"
            question = {"client_id": "warm-up", "text": "How do I set up Hub 2?"}
            answered = client.post(f"/v1/conversations/{opened['id']}/messages", json=question)
            assert answered.status_code == 201, answered.text

    def stored(self, conversation_id: str, token: str) -> dict[str, Any]:
        """The conversation as the service has it."""
        answer = httpx2.get(
            f"{self.url}/v1/conversations/{conversation_id}",
            headers={"Authorization": f"Bearer {token}"},
            verify=NO_TLS, trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass(frozen=True)
class Agent:
    """Somebody at the desk."""

    client: httpx2.Client

    def ticket_of(self, conversation_id: str) -> str:
        """The id of the conversation's open ticket."""
        tickets = self.client.get("/v1/tickets").json()["tickets"]
        return next(ticket["id"] for ticket in tickets if ticket["conversation_id"] == conversation_id)

    def reply(self, conversation_id: str, text: str) -> None:
        self.post(f"/v1/tickets/{self.ticket_of(conversation_id)}/reply", {"text": text})

    def claim(self, conversation_id: str) -> None:
        self.post(f"/v1/tickets/{self.ticket_of(conversation_id)}/claim", {})

    def resolve(self, conversation_id: str) -> None:
        self.post(f"/v1/tickets/{self.ticket_of(conversation_id)}/resolve", {})

    def post(self, path: str, body: dict[str, Any]) -> None:
        """What the service itself does is told at once; what is in its database without it, at the next heartbeat."""
        answer = self.client.post(path, json=body)
        assert answer.status_code < 300, answer.text


def prepare(data: Path, *people: tuple[str, str, Role, str]) -> None:
    """A new database with these accounts: e-mail address, name, role, password."""
    with closing(open_database(f"sqlite:///{data / DATABASE_FILE}", serving=True)) as database:
        migrate(database)
        with database.transaction() as tx:
            for person in people:
                accounts.add(tx, *person)


@contextmanager
def signed_in(url: str) -> Iterator[Agent]:
    """Maya, on the HTTP interface."""
    with httpx2.Client(base_url=url, verify=NO_TLS, trust_env=False, timeout=20) as client:
        answer = client.post("/v1/session", json={"email": AGENT_EMAIL, "password": AGENT_PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield Agent(client)


def identity(subject: str, seconds: int = 600) -> str:
    """A token by which the website vouches for a customer for so many seconds."""
    claims = {"sub": subject, "aud": "answerdesk", "exp": int(time.time()) + seconds, "name": subject.title()}
    return jwt.encode(claims, IDENTITY_KEY, algorithm="HS256")
