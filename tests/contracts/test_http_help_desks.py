"""The whole way over a running service: a handoff appears in the help desk, its answer comes back."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from sqlalchemy import select

from bot.storage.tables import outbox
from tests.contracts.conftest import Connected, Double
from tests.inbound_calls import REPLY, SIGNED, SOLVED, chatwoot_reply, encoded
from tests.patience import until
from tests.served import SERVICE_KEY, Staff

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
OPEN_AGAIN = {"chatwoot": "open", "zendesk": "OPEN"}


def _texts(double: Double, ticket: str) -> str:
    found = double.tickets().get(ticket, [])
    lines = [
        each.comments if not hasattr(each, "messages") else [m["content"] for m in each.messages] for each in found
    ]
    return "\n".join(text for each in lines for text in each)


def test_a_conversation_goes_there_and_back(beside: Connected) -> None:
    system, double, served = beside.system, beside.double, beside.served
    visitor = served.visitor()
    visitor.say("How do I reset Hub 2?")
    ticket = visitor.hand_off("Where is my order FW-123456?")["ticket"]["id"]
    assert until(lambda: "FW-123456" in _texts(double, ticket) and "Next steps" in _texts(double, ticket))
    for said in visitor.read()["messages"]:
        if said["role"] in ("customer", "bot"):
            assert said["text"] in _texts(double, ticket)

    event = encoded(REPLY[system](ticket, 4711, "It is at the depot."))
    for _ in range(2):
        assert served.client().post("/v1/inbound/help-desk", content=event, headers=SIGNED[system](event)).is_success
    assert [said["text"] for said in visitor.read()["messages"] if said["role"] == "agent"] == ["It is at the depot."]

    visitor.say("When will it leave?")
    assert until(lambda: "When will it leave?" in _texts(double, ticket))
    done = encoded(SOLVED[system](ticket))
    assert served.client().post("/v1/inbound/help-desk", content=done, headers=SIGNED[system](done)).is_success
    assert visitor.read()["state"] == "resolved"
    assert "It is at the depot." not in _texts(double, ticket), "what was said there is not sent there"
    assert len(double.keys()) == len(set(double.keys()))


def test_the_desk_here_can_still_work_the_ticket(beside: Connected) -> None:
    double, served = beside.double, beside.served
    ticket = served.visitor().hand_off("A question")["ticket"]["id"]
    agent = served.staff().client
    assert agent.post(f"/v1/tickets/{ticket}/reply", json={"text": "An answer from here"}).is_success
    assert agent.post(f"/v1/tickets/{ticket}/resolve", json={"note": "done"}).is_success
    # Chatwoot is told by two calls: the note, then the status.
    assert until(lambda: any(found.status in ("resolved", "solved") for found in double.tickets().get(ticket, ())))
    assert "resolved the ticket: done" in _texts(double, ticket)
    assert "An answer from here" in _texts(double, ticket)
    assert len(double.tickets()[ticket]) == 1


def _report(beside: Connected, event: Any) -> bool:
    content = encoded(event)
    headers = SIGNED[beside.system](content)
    answer = beside.served.client().post("/v1/inbound/help-desk", content=content, headers=headers)
    assert answer.is_success, answer.text
    return bool(answer.json()["taken"])


def test_a_customers_file_reaches_the_help_desk_with_a_way_to_it(beside: Connected) -> None:
    visitor = beside.served.visitor()
    ticket = visitor.hand_off("The lamp arrived broken")["ticket"]["id"]
    asked = {"name": "lamp.png", "client_id": secrets.token_hex(8)}
    sent = visitor.client.post(f"{visitor.path}/attachments", params=asked, content=PNG)
    assert sent.status_code == 201
    told = f"The customer sent a file: lamp.png (image/png, {len(PNG)} bytes). In Answerdesk: /console/tickets/{ticket}"
    assert until(lambda: told in _texts(beside.double, ticket))


def test_a_receiver_fetches_the_file_with_its_service_key(beside_chatwoot: Connected) -> None:
    served = beside_chatwoot.served
    visitor = served.visitor()
    visitor.hand_off("The lamp arrived broken")
    asked = {"name": "lamp.png", "client_id": secrets.token_hex(8)}
    file = visitor.client.post(f"{visitor.path}/attachments", params=asked, content=PNG).json()["message"]["attachment"]
    with served.database.snapshot() as tx:
        newest = select(outbox.c.payload).where(outbox.c.topic == "ticket.message").order_by(outbox.c.id.desc())
        told = json.loads(tx.execute(newest).scalars().first() or "")["file"]
    path = f"{visitor.path}/attachments/{file['id']}"
    assert told == file | {"path": path}
    assert served.client(Authorization=f"Bearer {SERVICE_KEY}").get(told["path"]).content == PNG
    assert served.client(Authorization=f"Bearer {SERVICE_KEY}x").get(told["path"]).status_code == 401


@pytest.mark.parametrize("text", ["", "Here is your label:"])
def test_an_agent_is_told_that_a_file_did_not_get_through(beside_chatwoot: Connected, text: str) -> None:
    beside, visitor = beside_chatwoot, beside_chatwoot.served.visitor()
    ticket = visitor.hand_off("A label, please")["ticket"]["id"]
    files = [{"id": 2, "file_type": "file", "data_url": "https://chat.example/blobs/x/my%20label.pdf?disposition=a"}]
    event = chatwoot_reply(ticket, secrets.randbelow(10**9), text or None, attachments=files)
    for _ in range(2):
        assert _report(beside, event)
    said = [each["text"] for each in visitor.read()["messages"] if each["role"] == "agent"]
    assert said == ([text] if text else [])
    assert until(lambda: "the customer did not get my label.pdf" in _texts(beside.double, ticket))
    assert _texts(beside.double, ticket).count("did not get") == 1


def _promised(agent: Staff, ticket: str) -> str:
    """What the customer was promised."""
    previewed = agent.client.post(f"/v1/tickets/{ticket}/promises/preview", json={"kind": "call", "minutes": 120})
    assert previewed.is_success, previewed.text
    offer = {"kind": "call", "due_at": previewed.json()["due_at"]}
    sentence = str(previewed.json()["sentence"])
    replied = agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": sentence, "promises": [offer]})
    assert replied.is_success, replied.text
    return sentence


def test_solved_there_over_a_promise_and_a_complaint_stays_open_on_both_desks(beside: Connected) -> None:
    double, served, visitor = beside.double, beside.served, beside.served.visitor()
    ticket = visitor.hand_off("I want my money back")["ticket"]["id"]
    agent = served.staff()
    sentence = _promised(agent, ticket)
    assert agent.client.post(f"/v1/tickets/{ticket}/complaint").is_success
    assert until(lambda: sentence in _texts(double, ticket))
    double.tickets()[ticket][0].status = {"chatwoot": "resolved", "zendesk": "solved"}[beside.system]
    assert _report(beside, SOLVED[beside.system](ticket))
    assert visitor.read()["state"] == "person"
    assert until(lambda: "keeps the ticket open" in _texts(double, ticket))
    told = next(line for line in _texts(double, ticket).splitlines() if "keeps the ticket open" in line)
    for expected in ("This complaint is not closed yet (received)", sentence, f"/console/tickets/{ticket}"):
        assert expected in told
    assert until(lambda: double.tickets()[ticket][0].status == "open")
    notes = agent.client.get(f"/v1/tickets/{ticket}/notes").json()["notes"]
    assert any(note["text"].startswith("Closed in the help desk outside, kept open here:") for note in notes)


def test_opened_again_there_goes_on_here_with_its_person(beside: Connected) -> None:
    served, system, visitor = beside.served, beside.system, beside.served.visitor()
    ticket = visitor.hand_off("My camera is dark")["ticket"]["id"]
    agent = served.staff()
    assert not _report(beside, SOLVED[system](ticket, OPEN_AGAIN[system])), "it is open here"
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "Try a new battery."}).is_success
    assert until(lambda: "Try a new battery." in _texts(beside.double, ticket))
    assert _report(beside, SOLVED[system](ticket))
    assert visitor.read()["state"] == "resolved"
    said = len(visitor.read()["messages"])
    assert until(lambda: _report(beside, _opened(system, ticket)))
    assert visitor.read()["state"] == "person"
    assert len(visitor.read()["messages"]) == said, "the customer is told of no new time"
    shown = agent.client.get(f"/v1/tickets/{ticket}").json()
    assert (shown["status"], shown["assignee"]) == ("claimed", agent.id)
    assert not _report(beside, _opened(system, ticket))


def test_opened_again_there_after_the_customer_went_on_is_told_there(beside: Connected) -> None:
    system, visitor = beside.system, beside.served.visitor()
    ticket = visitor.hand_off("My camera is dark")["ticket"]["id"]
    assert until(lambda: ticket in beside.double.tickets())
    assert until(lambda: _report(beside, SOLVED[system](ticket)) and visitor.read()["state"] == "resolved")
    visitor.say("How do I reset Hub 2?")
    state = visitor.read()["state"]
    assert until(lambda: _report(beside, _opened(system, ticket)))
    assert until(lambda: "it goes on there" in _texts(beside.double, ticket))
    assert visitor.read()["state"] == state


def test_what_is_opened_while_its_closing_is_on_the_way_is_our_own_echo(beside: Connected) -> None:
    """Both help desks report what we do to them as well."""
    system, served, visitor = beside.system, beside.served, beside.served.visitor()
    ticket = visitor.hand_off("My camera is dark")["ticket"]["id"]
    assert until(lambda: ticket in beside.double.tickets())
    beside.double.mood = lambda call: 500 if call.changes else None
    try:
        assert served.staff().client.post(f"/v1/tickets/{ticket}/resolve", json={"confirmed": True}).is_success
        assert not _report(beside, _opened(system, ticket))
    finally:
        beside.double.mood = lambda _call: None
    assert visitor.read()["state"] == "resolved"


def _opened(system: str, ticket: str) -> Any:
    event = SOLVED[system](ticket, OPEN_AGAIN[system])
    if system == "zendesk":
        event["event"]["previous"] = "SOLVED"
    return event
