"""To close or put off a ticket asks first where it may be a slip, and a slip is taken back: for the desk and for the
customer."""

from __future__ import annotations

from typing import Any

from bot.access import Role
from bot.desk import doubts
from bot.desk.due_times import Due
from bot.storage import clock
from tests.served import Served, Staff, Visitor


def _ticket(visitor: Visitor) -> str:
    return str(visitor.hand_off("My order never came.")["ticket"]["id"])


def _post(staff: Staff, ticket: str, verb: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = staff.client.post(f"/v1/tickets/{ticket}/{verb}", json=body)
    return answer.status_code, answer.json()


def test_resolving_an_unanswered_ticket_is_asked_about_once(service: Served) -> None:
    agent, ticket = service.staff(), _ticket(service.visitor())
    status, told = _post(agent, ticket, "resolve", confirmed=False)
    assert (status, told["error"], told["detail"]) == (409, "confirm_first", "No person has answered the customer yet.")
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["status"] == "waiting"
    assert _post(agent, ticket, "resolve", confirmed=True)[0] == 200
    other = _ticket(service.visitor())
    assert _post(agent, other, "resolve")[0] == 200, "a program that does not know the field is served as before"


def test_of_a_selection_what_is_in_doubt_is_left_and_named(service: Served) -> None:
    agent, answered, unanswered = service.staff(), _ticket(service.visitor()), _ticket(service.visitor())
    assert _post(agent, answered, "reply", text="It is on its way.")[0] == 200
    versions = {one: agent.client.get(f"/v1/tickets/{one}").json()["version"] for one in (answered, unanswered)}
    chosen = [{"id": one, "version": version} for one, version in versions.items()]
    body = {"tickets": chosen, "deed": "resolve", "confirmed": False}
    first, second = agent.client.post("/v1/tickets/bulk", json=body).json()["results"]
    assert first["ticket"]["status"] == "resolved"
    assert (second["ticket"], second["error"]) == (None, "confirm_first")
    body |= {"tickets": chosen[1:], "confirmed": True}
    (done,) = agent.client.post("/v1/tickets/bulk", json=body).json()["results"]
    assert done["ticket"]["status"] == "resolved"


def test_a_slip_is_taken_back_and_the_customer_is_with_their_person_again(service: Served) -> None:
    visitor, agent, other, lead = service.visitor(), service.staff(), service.staff(), service.staff(Role.LEAD)
    ticket = _ticket(visitor)
    _post(agent, ticket, "reply", text="I look into it.")
    _, resolved = _post(agent, ticket, "resolve")
    assert visitor.client.get(f"{visitor.path}/survey").json()["survey"] is not None
    assert _post(other, ticket, "reopen")[0] == 403
    status, opened = _post(agent, ticket, "reopen", version=resolved["version"])
    assert (status, opened["status"], opened["assignee"]) == (200, "claimed", resolved["assignee"])
    assert opened["first_response_due"] == resolved["first_response_due"]
    assert visitor.client.get(f"{visitor.path}/survey").json()["survey"] is None
    known = visitor.read()
    assert (known["state"], known["ticket"]["status"]) == ("person", "claimed")
    last = agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"][-1]
    assert last["deed"] == "taken_back"
    assert _post(agent, ticket, "reopen")[0] == 409
    _post(agent, ticket, "resolve")
    assert _post(lead, ticket, "reopen")[0] == 200
    _post(agent, ticket, "resolve")
    visitor.say("How do I reset Hub 2?")
    assert _post(agent, ticket, "reopen")[0] == 409


def test_a_return_asks_as_a_resolve_does_and_is_taken_back(service: Served) -> None:
    visitor, agent = service.visitor(), service.staff()
    ticket = str(visitor.say("The hub gave me an electric shock and my hand is burned").json()["ticket"]["id"])
    asked = {"client_id": "r1", "kind": "goodwill", "amount": 9900, "reason": "GW-1", "ask": True}
    assert agent.client.post(f"/v1/tickets/{ticket}/concessions", json=asked).status_code == 200
    status, told = _post(agent, ticket, "return", confirmed=False)
    assert (status, told["error"]) == (409, "confirm_first")
    assert told["detail"] == (
        "It is urgent. The assistant does not answer on its topic. No person has answered the customer yet. "
        "No lead has answered the request for Goodwill credit, USD 99.00."
    )
    assert _post(agent, ticket, "return", confirmed=True)[1]["status"] == "returned"
    assert _post(agent, ticket, "reopen")[1]["status"] == "waiting"
    known = visitor.read()
    assert (known["state"], known["ticket"]["status"]) == ("waiting", "waiting")


def test_a_ticket_is_put_off_beyond_what_was_promised_only_knowingly(service: Served) -> None:
    agent, ticket = service.staff(), _ticket(service.visitor())
    until = clock.after(clock.now(), 30 * 86_400)
    status, told = _post(agent, ticket, "snooze", until=until, confirmed=False)
    assert (status, told["error"], told["detail"]) == (409, "confirm_first", doubts.OWED[Due.ANSWER])
    version = agent.client.get(f"/v1/tickets/{ticket}").json()["version"]
    body = {"tickets": [{"id": ticket, "version": version}], "deed": "snooze", "until": until, "confirmed": False}
    (left,) = agent.client.post("/v1/tickets/bulk", json=body).json()["results"]
    assert (left["ticket"], left["error"]) == (None, "confirm_first")
    (done,) = agent.client.post("/v1/tickets/bulk", json=body | {"confirmed": True}).json()["results"]
    assert done["ticket"]["snoozed_until"] is not None
    assert _post(agent, _ticket(service.visitor()), "snooze", until=until)[0] == 200, "a program is served as before"
