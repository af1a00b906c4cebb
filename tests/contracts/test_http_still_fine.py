"""The question whether it is still fine over HTTP: asked once, answered by its customer alone, in words as well."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from bot.api.still_fine_watch import look
from bot.storage.tables import tickets
from tests.served import Served, Staff, Visitor

RESOLVED, NOW = "2026-11-20T15:00:00.000Z", "2026-11-25T15:00:00.000Z"


@dataclass(frozen=True)
class Asked:
    """A customer who was asked, and the ticket."""

    visitor: Visitor
    ticket: str

    @property
    def path(self) -> str:
        return f"{self.visitor.path}/still-fine"

    def answer(self, *, fine: bool) -> int:
        body = {"ticket_id": self.ticket, "fine": fine}
        return self.visitor.client.post(self.path, json=body).status_code

    def status(self, agent: Staff) -> str:
        return str(agent.client.get(f"/v1/tickets/{self.ticket}").json()["status"])


@pytest.fixture
def asked(service: Served, agent: Staff) -> Asked:
    visitor = service.visitor()
    ticket = visitor.hand_off("My camera is dark")["ticket"]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200
    with service.database.transaction() as tx:
        tx.execute(update(tickets).where(tickets.c.id == ticket).values(closed_at=RESOLVED))
    assert visitor.client.get(f"{visitor.path}/still-fine").json() == {"still_fine": None}
    assert look(service.app.state.service, NOW) >= 1
    return Asked(visitor, ticket)


def test_no_opens_the_same_ticket_and_the_same_press_twice_is_one(
    service: Served, agent: Staff, asked: Asked
) -> None:
    words = asked.visitor.client.get(asked.path).json()["still_fine"]
    assert words["ticket_id"] == asked.ticket
    assert words["question"] in [message["text"] for message in asked.visitor.read()["messages"]]
    assert service.visitor().client.get(asked.path).status_code == 401
    assert [asked.answer(fine=False), asked.answer(fine=False), asked.answer(fine=True)] == [200, 200, 409]
    assert asked.status(agent) == "waiting"
    now = asked.visitor.read()
    assert (now["state"], now["ticket"]["id"]) == ("waiting", asked.ticket)
    assert [message["text"] for message in now["messages"]].count(words["no"]) == 1
    assert asked.visitor.client.get(asked.path).json() == {"still_fine": None}
    assert look(service.app.state.service, NOW) == 0
    assert "answerdesk_still_fine_total" in service.client().get("/metrics").text


def test_an_answer_in_words_counts_and_is_answered_once(agent: Staff, asked: Asked) -> None:
    said = asked.visitor.say("Yes, thanks!", "m-yes").json()
    assert said["state"] == "resolved"
    assert said["reply"]["role"] == "system"
    again = asked.visitor.say("Yes, thanks!", "m-yes").json()
    assert (again["message"]["id"], again["state"]) == (said["message"]["id"], "resolved")
    assert asked.status(agent) == "resolved"
    assert asked.answer(fine=False) == 409


def test_no_in_words_opens_the_same_ticket(agent: Staff, asked: Asked) -> None:
    said = asked.visitor.say("No, it broke again").json()
    assert (said["state"], said["ticket"]["id"]) == ("waiting", asked.ticket)
    assert asked.status(agent) == "waiting"


@pytest.mark.parametrize("note", [None, "It flickers since Sunday"])
def test_the_button_for_a_person_opens_the_same_ticket(agent: Staff, asked: Asked, note: str | None) -> None:
    body = asked.visitor.client.post(f"{asked.visitor.path}/handoff", json={"note": note} if note else {}).json()
    assert (body["state"], body["ticket"]["id"]) == ("waiting", asked.ticket)
    detail = agent.client.get(f"/v1/tickets/{asked.ticket}").json()
    assert detail["status"] == "waiting"
    assert [message["text"] for message in detail["messages"]].count(note) == (1 if note else 0)
    assert detail["messages"][-1]["text"] == body["message"]["text"]
    notes = agent.client.get(f"/v1/tickets/{asked.ticket}/notes").json()
    assert "asked for a person" in str(notes)
    assert asked.visitor.client.get(asked.path).json() == {"still_fine": None}
    again = asked.visitor.client.post(f"{asked.visitor.path}/handoff", json={}).json()
    assert again["ticket"]["id"] == asked.ticket


def test_asking_for_a_person_in_words_opens_the_same_ticket(agent: Staff, asked: Asked) -> None:
    said = asked.visitor.say("I want to talk to a person", "m-person").json()
    assert (said["state"], said["ticket"]["id"], said["reply"]["role"]) == ("waiting", asked.ticket, "system")
    again = asked.visitor.say("I want to talk to a person", "m-person").json()
    assert (again["reply"]["id"], again["ticket"]["id"]) == (said["reply"]["id"], asked.ticket)
    assert asked.status(agent) == "waiting"


def test_a_person_for_something_else_is_a_new_ticket(agent: Staff, asked: Asked) -> None:
    asked.visitor.say("How do I restart Hub 2?")
    said = asked.visitor.say("I want to talk to a person").json()
    assert said["state"] == "waiting"
    assert said["ticket"]["id"] != asked.ticket
    assert asked.status(agent) == "resolved"


def test_a_new_question_is_answered_and_ends_nothing(agent: Staff, asked: Asked) -> None:
    said = asked.visitor.say("How do I restart Hub 2?").json()
    assert said["reply"]["role"] == "bot"
    assert asked.status(agent) == "resolved"
    assert asked.visitor.client.get(asked.path).json() == {"still_fine": None}
    assert asked.answer(fine=False) == 409
