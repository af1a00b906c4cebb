"""A reply that asks for what the customer gave: refused for who wants to be asked, else sent; noted either way."""

from __future__ import annotations

import pytest

from tests.served import Served, Staff

ASKS = "Hello! Could you tell me your order number?"


@pytest.fixture
def ticket(service: Served) -> str:
    return str(service.visitor().hand_off("My order FW-204518 is late")["ticket"]["id"])


def _deeds(agent: Staff, ticket: str) -> list[tuple[str, str]]:
    entries = agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]
    return [(entry["deed"], entry["detail"]) for entry in entries]


def _counted(service: Served, heed: str) -> float:
    lines = service.client().get("/metrics").text.splitlines()
    name = f'answerdesk_asked_again_total{{heed="{heed}"}} '
    return next((float(line.removeprefix(name)) for line in lines if line.startswith(name)), 0.0)


def test_the_check_names_fact_value_and_message_and_sends_nothing(
    service: Served, agent: Staff, ticket: str
) -> None:
    before = _counted(service, "warned")
    (found,) = agent.client.post(f"/v1/tickets/{ticket}/reply/check", json={"text": ASKS}).json()["asks_again"]
    said = agent.client.get(f"/v1/tickets/{ticket}").json()["messages"]
    assert (found["kind"], found["name"], found["value"]) == ("order", "order number", "FW-204518")
    assert next(message["id"] for message in said if "FW-204518" in message["text"]) == found["message_id"]
    assert said[found["turn"]]["id"] == found["message_id"]
    assert all(message["role"] != "agent" for message in said)
    harmless = agent.client.post(f"/v1/tickets/{ticket}/reply/check", json={"text": "I have found your order."})
    assert harmless.json() == {"asks_again": [], "promises": [], "internal": []}
    assert _counted(service, "warned") == before + 1


def test_who_wants_to_be_asked_is_and_may_send_anyway(service: Served, agent: Staff, ticket: str) -> None:
    path = f"/v1/tickets/{ticket}/reply"
    refused = agent.client.post(path, json={"text": ASKS, "client_id": "r1", "confirmed": False})
    assert (refused.status_code, refused.json()["error"]) == (409, "asks_again")
    assert "order number FW-204518" in refused.json()["detail"]
    # Nothing of the refused reply stays, the claim neither.
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["status"] == "waiting"
    assert "replied" not in dict(_deeds(agent, ticket))
    before = _counted(service, "sent")
    for _ in range(2):
        sent = agent.client.post(path, json={"text": ASKS, "client_id": "r1", "confirmed": True})
        assert sent.status_code == 200
    assert _deeds(agent, ticket).count(("asked_twice", "order number")) == 1
    assert _counted(service, "sent") == before + 1
    # The same reply again is no new one, so there is nothing to ask.
    assert agent.client.post(path, json={"text": ASKS, "client_id": "r1", "confirmed": False}).status_code == 200


def test_who_does_not_say_is_served_as_ever_and_the_desk_can_see_it(agent: Staff, ticket: str) -> None:
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": ASKS}).status_code == 200
    assert ("asked_twice", "order number") in _deeds(agent, ticket)


def test_what_was_given_after_the_handoff_counts_too(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off("It is broken")["ticket"]["id"]
    body = {"text": "What is your e-mail address?", "confirmed": False}
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json=body).status_code == 200
    visitor.say("It is jo@example.com")
    refused = agent.client.post(f"/v1/tickets/{ticket}/reply", json=body)
    assert (refused.status_code, refused.json()["error"]) == (409, "asks_again")
