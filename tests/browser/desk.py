"""Owns the other side of a browser test: the service, what it stored, an agent. Refuses the browser."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx2
import jwt

from tests.service_process import ServiceProcess

AGENT_EMAIL = "maya@example.com"
AGENT_NAME = "Maya"
AGENT_PASSWORD = "correct horse battery"
IDENTITY_KEY = "an identity key that has 32 bytes or more"


@dataclass(frozen=True)
class Desk:
    """The service under test."""

    process: ServiceProcess

    @property
    def url(self) -> str:
        return self.process.url

    def warm_up(self) -> None:
        """Have a first question answered: the encoder is loaded for it."""
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=120) as client:
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
            trust_env=False,
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
        self._post(f"/v1/tickets/{self.ticket_of(conversation_id)}/reply", {"text": text})

    def claim(self, conversation_id: str) -> None:
        self._post(f"/v1/tickets/{self.ticket_of(conversation_id)}/claim", {})

    def resolve(self, conversation_id: str) -> None:
        self._post(f"/v1/tickets/{self.ticket_of(conversation_id)}/resolve", {})

    def _post(self, path: str, body: dict[str, str]) -> None:
        answer = self.client.post(path, json=body)
        assert answer.status_code < 300, answer.text


def identity(subject: str) -> str:
    """A token by which the website vouches for a customer."""
    claims = {"sub": subject, "aud": "answerdesk", "exp": int(time.time()) + 600, "name": subject.title()}
    return jwt.encode(claims, IDENTITY_KEY, algorithm="HS256")
