"""The whole way over a running service: a handoff appears in the help desk, its answer comes back."""

from __future__ import annotations

from tests.contracts.conftest import Connected, Double
from tests.inbound_calls import REPLY, SIGNED, SOLVED, encoded
from tests.patience import until


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
