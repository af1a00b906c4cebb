"""A complaint over HTTP: opened by what the customer says or by an agent, moved stage by stage, listed for leads."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.api.complaint_watch import look
from bot.storage import clock
from bot.storage.care_tables import complaints
from tests.served import Served, Staff

COMPLAINS = "I want to make a formal complaint about your delivery"


def _move(who: Staff, ticket: str, stage: str, **more: Any) -> Any:
    return who.client.post(f"/v1/tickets/{ticket}/complaint/stage", json={"stage": stage} | more)


def _listed(lead: Staff, show: str) -> list[str]:
    answer = lead.client.get("/v1/complaints", params={"show": show})
    assert answer.status_code == 200, answer.text
    return [each["ticket_id"] for each in answer.json()["complaints"]]


def test_who_complains_to_the_bot_has_a_complaint_at_once(service: Served, lead: Staff) -> None:
    visitor = service.visitor()
    posted = visitor.say(COMPLAINS, "c1").json()
    ticket = posted["ticket"]["id"]
    complaint = lead.client.get(f"/v1/tickets/{ticket}/complaint").json()["complaint"]
    assert (complaint["stage"], complaint["following"]) == ("received", ["acknowledged", "withdrawn"])
    said = [message["text"] for message in visitor.read()["messages"]]
    assert said[-1].startswith(f"We have recorded this as a complaint, number {ticket[:8]}.")
    assert ticket in _listed(lead, "open")
    # The same message again is the same complaint.
    assert visitor.say(COMPLAINS, "c1").status_code in (200, 201)
    assert [message["text"] for message in visitor.read()["messages"]] == said


def test_another_handoff_is_none(service: Served, lead: Staff) -> None:
    ticket = service.visitor().hand_off("My parcel is late")["ticket"]["id"]
    assert lead.client.get(f"/v1/tickets/{ticket}/complaint").json() == {"complaint": None}
    refused = _move(lead, ticket, "acknowledged")
    assert (refused.status_code, refused.json()["detail"]) == (404, "This ticket is no complaint.")


def test_it_goes_its_way_and_the_ticket_waits_for_its_end(service: Served, agent: Staff) -> None:
    visitor = service.visitor(language="de")
    ticket = visitor.hand_off("Ich bin sehr unzufrieden mit der Lieferung")["ticket"]["id"]
    preview = agent.client.post(f"/v1/tickets/{ticket}/complaint/preview", json={"stage": "received"})
    assert preview.json()["text"].startswith("Wir haben das als Beschwerde")
    opened = agent.client.post(f"/v1/tickets/{ticket}/complaint")
    assert opened.status_code == 200
    skipped = _move(agent, ticket, "closed")
    assert (skipped.status_code, skipped.json()["error"]) == (409, "conflict")
    assert "what may follow: acknowledged, withdrawn" in skipped.json()["detail"]
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "Der Bote war krank."}).status_code == 200
    for stage, more in (
        ("acknowledged", {}),
        ("investigating", {}),
        ("proposed", {"root_cause": "delivery", "remedy": "apology"}),
    ):
        assert _move(agent, ticket, stage, **more).status_code == 200
    waits = agent.client.post(f"/v1/tickets/{ticket}/resolve", json={})
    assert (waits.status_code, waits.json()["error"]) == (409, "conflict")
    assert "close it first" in waits.json()["detail"]
    assert _move(agent, ticket, "closed").json()["closed_at"] is not None
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200
    said = [message["text"] for message in visitor.read()["messages"] if message["role"] == "system"]
    assert len(said) == 6
    assert said[-1].startswith("Ihre Beschwerde")
    assert "delivery" not in visitor.client.get(visitor.path).text


def test_what_is_late_is_listed_and_counted_and_called_for_once(service: Served, agent: Staff, lead: Staff) -> None:
    ticket = service.visitor().hand_off("My parcel is late")["ticket"]["id"]
    agent.client.post(f"/v1/tickets/{ticket}/complaint")
    assert ticket not in _listed(lead, "overdue")
    with service.database.transaction() as tx:
        past = clock.after(clock.now(), -60)
        tx.execute(update(complaints).where(complaints.c.ticket_id == ticket).values(due_at=past))
    assert ticket in _listed(lead, "overdue")
    lines = service.client().get("/metrics").text.splitlines()
    assert next(float(line.split()[1]) for line in lines if line.startswith("answerdesk_complaints_overdue ")) >= 1
    for _ in range(2):
        look(service.app.state.service)
    trail = agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]
    assert [each["detail"] for each in trail if each["deed"] == "complaint_late"] == ["received"]
    mentioned = lead.client.get("/v1/tickets", params={"view": "mentions"}).json()["tickets"]
    assert ticket in [each["id"] for each in mentioned]
    refused = _move(lead, ticket, "withdrawn")
    assert (refused.status_code, refused.json()["detail"]) == (409, "Person agent is already working on this ticket.")
    assert _move(agent, ticket, "withdrawn").status_code == 200
    assert ticket in _listed(lead, "over")
    assert ticket not in _listed(lead, "open")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stage": "received"},
        {"stage": "x"},
        {"stage": "acknowledged", "root_cause": "\x00"},
        {"stage": "acknowledged", "version": 10**30},
        {"stage": "acknowledged", "extra": 1},
    ],
)
def test_odd_steps_are_refused(service: Served, agent: Staff, body: dict[str, Any]) -> None:
    ticket = service.visitor().hand_off("My parcel is late")["ticket"]["id"]
    agent.client.post(f"/v1/tickets/{ticket}/complaint")
    refused = agent.client.post(f"/v1/tickets/{ticket}/complaint/stage", json=body)
    assert refused.status_code in (400, 409, 422), refused.text


def test_no_selection_closes_a_complaint_that_goes_on(service: Served, agent: Staff) -> None:
    ticket = service.visitor().hand_off("My parcel is late")["ticket"]["id"]
    agent.client.post(f"/v1/tickets/{ticket}/complaint").raise_for_status()
    before = agent.client.get(f"/v1/tickets/{ticket}").json()
    body = {"tickets": [{"id": ticket, "version": before["version"]}], "deed": "resolve"}
    (result,) = agent.client.post("/v1/tickets/bulk", json=body).json()["results"]
    assert (result["error"], result["detail"]) == (
        "conflict", "This complaint is not closed yet (received); close it first, or withdraw it."
    )  # fmt: skip
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["status"] == before["status"]


def _over(agent: Staff, ticket: str) -> None:
    steps: tuple[dict[str, str], ...] = (
        {"stage": "acknowledged"}, {"stage": "investigating"},
        {"stage": "proposed", "root_cause": "delay", "remedy": "apology"}, {"stage": "closed"},
    )  # fmt: skip
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "We were too slow."}).status_code == 200
    for step in steps:
        assert _move(agent, ticket, **step).status_code == 200
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200


@pytest.mark.parametrize("again", ["My complaint is still not solved", "This complaint is about you: nobody called me"])
def test_who_writes_again_about_a_complaint_goes_on_under_the_first(
    service: Served, agent: Staff, lead: Staff, again: str
) -> None:
    visitor = service.visitor()
    ticket = visitor.say(COMPLAINS).json()["ticket"]["id"]
    _over(agent, ticket)
    visitor.say("thanks")
    assert lead.client.get(f"/v1/tickets/{ticket}").json()["status"] == "resolved", "thanks open nothing"
    posted = visitor.say(again).json()
    assert (posted["ticket"]["id"], posted["state"]) == (ticket, "waiting")
    complaint = lead.client.get(f"/v1/tickets/{ticket}/complaint").json()["complaint"]
    assert (complaint["stage"], complaint["closed_at"], complaint["root_cause"]) == ("received", None, "delay")
    said = [message["text"] for message in visitor.read()["messages"]]
    assert said[-1].startswith(f"Your complaint {ticket[:8]} is open again.")
    assert sum("recorded this as a complaint" in text for text in said) == 1
    deeds = [entry["deed"] for entry in lead.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]]
    assert "resolved" in deeds
    assert "reopened" in deeds
    _over(agent, ticket)


def test_another_complaint_after_the_first_is_one_of_its_own(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    first = visitor.say(COMPLAINS).json()["ticket"]["id"]
    _over(agent, first)
    other = visitor.say("I want to make a formal complaint about something else").json()["ticket"]["id"]
    assert other != first
    assert agent.client.get(f"/v1/tickets/{other}/complaint").json()["complaint"]["stage"] == "received"
    assert agent.client.get(f"/v1/tickets/{first}").json()["status"] == "resolved"
