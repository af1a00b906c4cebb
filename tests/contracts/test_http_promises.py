"""Promises over HTTP: an object with the reply or none, warned of, kept, given up with a reason; a visitor reads the
sentence and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.api.promise_watch import look
from bot.storage import clock
from bot.storage.care_tables import promises
from tests.served import Served, Staff

FREELY = "Thank you. I'll call you tomorrow."


@pytest.fixture
def ticket(service: Served) -> str:
    return str(service.visitor().hand_off("The lamp hums")["ticket"]["id"])


def _preview(agent: Staff, ticket: str, **body: Any) -> dict[str, Any]:
    answer = agent.client.post(f"/v1/tickets/{ticket}/promises/preview", json={"kind": "call"} | body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _promised(agent: Staff, ticket: str, minutes: int = 240) -> dict[str, Any]:
    made = _preview(agent, ticket, minutes=minutes)
    offer = {"kind": made["kind"], "due_at": made["due_at"]}
    body = {"text": f"Hello. {made['sentence']}", "promises": [offer], "promises_confirmed": False}
    sent = agent.client.post(f"/v1/tickets/{ticket}/reply", json=body)
    assert sent.status_code == 200, sent.text
    return dict(sent.json()["promises"][0])


def _moved(service: Served, promise: str, **columns: str) -> None:
    with service.database.transaction() as tx:
        tx.execute(update(promises).where(promises.c.id == promise).values(columns))


def _deeds(agent: Staff, ticket: str) -> list[str]:
    return [entry["deed"] for entry in agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]]


def _figure(service: Served, line: str) -> float:
    lines = service.client().get("/metrics").text.splitlines()
    return next((float(each.removeprefix(line)) for each in lines if each.startswith(line)), 0.0)


def test_a_promise_in_free_words_is_held_back_and_released_knowingly(
    service: Served, agent: Staff, ticket: str
) -> None:
    checked = agent.client.post(f"/v1/tickets/{ticket}/reply/check", json={"text": FREELY}).json()
    assert checked == {"asks_again": [], "promises": ["I'll call you tomorrow."], "internal": []}
    path, body = f"/v1/tickets/{ticket}/reply", {"text": FREELY, "client_id": "p1"}
    refused = agent.client.post(path, json=body | {"promises_confirmed": False})
    assert (refused.status_code, refused.json()["error"]) == (409, "promises_freely")
    assert "I'll call you tomorrow." in refused.json()["detail"]
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["status"] == "waiting"
    before = _figure(service, 'answerdesk_promised_freely_total{heed="sent"} ')
    for _ in range(2):
        assert agent.client.post(path, json=body | {"promises_confirmed": True}).status_code == 200
    assert _deeds(agent, ticket).count("promised_freely") == 1
    assert _figure(service, 'answerdesk_promised_freely_total{heed="sent"} ') == before + 1


def test_a_promise_with_its_object_goes_through_and_the_customer_reads_it(service: Served, agent: Staff) -> None:
    visitor = service.visitor(language="de")
    ticket = visitor.hand_off("Die Lampe brummt und ich möchte mit einem Menschen sprechen")["ticket"]["id"]
    promise = _promised(agent, ticket)
    assert promise["sentence"].startswith("Wir rufen Sie bis ")
    said = visitor.read()["messages"][-1]
    assert promise["sentence"] in said["text"]
    assert promise["message_id"] == said["id"]
    assert agent.client.get(f"/v1/tickets/{ticket}/promises").json()["promises"] == [promise]
    assert "promised_freely" not in _deeds(agent, ticket)
    assert visitor.client.get(f"/v1/tickets/{ticket}/promises").status_code == 401


def test_a_promise_that_was_reworded_is_none(agent: Staff, ticket: str) -> None:
    made = _preview(agent, ticket, minutes=240)
    offer = {"kind": "call", "due_at": made["due_at"]}
    body = {"text": made["sentence"].replace("call", "visit"), "promises": [offer]}
    refused = agent.client.post(f"/v1/tickets/{ticket}/reply", json=body)
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
    assert agent.client.get(f"/v1/tickets/{ticket}/promises").json() == {"promises": []}


def test_the_same_reply_twice_promises_once(agent: Staff, ticket: str) -> None:
    made = _preview(agent, ticket, minutes=240)
    body = {"text": made["sentence"], "promises": [{"kind": "call", "due_at": made["due_at"]}], "client_id": "twice"}
    for _ in range(2):
        assert agent.client.post(f"/v1/tickets/{ticket}/reply", json=body).status_code == 200
    assert len(agent.client.get(f"/v1/tickets/{ticket}/promises").json()["promises"]) == 1


def test_the_clock_warns_and_breaks_once(service: Served, agent: Staff, ticket: str) -> None:
    promise = _promised(agent, ticket)["id"]
    _moved(service, promise, warn_at=clock.now())
    for _ in range(2):
        look(service.app.state.service)
    assert _deeds(agent, ticket).count("promise_due") == 1
    assert ticket in [t["id"] for t in agent.client.get("/v1/tickets", params={"view": "mentions"}).json()["tickets"]]
    assert _figure(service, 'answerdesk_promises{standing="due_soon"} ') >= 1
    before = _figure(service, 'answerdesk_promises{standing="broken"} ')
    _moved(service, promise, due_at=clock.after(clock.now(), -1))
    for _ in range(2):
        look(service.app.state.service)
    assert _deeds(agent, ticket).count("promise_broken") == 1
    assert _figure(service, 'answerdesk_promises{standing="broken"} ') == before + 1
    done = agent.client.post(f"/v1/promises/{promise}/keep").json()
    assert (done["status"], done["done_at"] is not None) == ("broken", True)


def test_no_selection_closes_over_a_promise(agent: Staff, ticket: str) -> None:
    _promised(agent, ticket)
    version = agent.client.get(f"/v1/tickets/{ticket}").json()["version"]
    body = {"tickets": [{"id": ticket, "version": version}], "deed": "resolve"}
    (result,) = agent.client.post("/v1/tickets/bulk", json=body).json()["results"]
    assert (result["error"], result["ticket"]) == ("open_promises", None)
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["status"] == "claimed"


@pytest.mark.parametrize("verb", ["resolve", "return"])
def test_closing_over_a_promise_needs_a_reason(agent: Staff, ticket: str, verb: str) -> None:
    promise = _promised(agent, ticket)
    refused = agent.client.post(f"/v1/tickets/{ticket}/{verb}", json={})
    assert (refused.status_code, refused.json()["error"]) == (409, "open_promises")
    assert promise["sentence"] in refused.json()["detail"]
    closed = agent.client.post(f"/v1/tickets/{ticket}/{verb}", json={"promises_reason": "They rang us."})
    assert closed.status_code == 200
    (released,) = agent.client.get(f"/v1/tickets/{ticket}/promises").json()["promises"]
    assert (released["status"], released["reason"]) == ("released", "They rang us.")


def test_a_kept_one_lets_the_ticket_be_closed(service: Served, agent: Staff, ticket: str) -> None:
    promise = _promised(agent, ticket)["id"]
    lead = service.staff()
    assert lead.client.post(f"/v1/promises/{promise}/take").json()["owner"] == lead.id
    assert agent.client.post(f"/v1/promises/{promise}/keep").json()["status"] == "kept"
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200


ODD = [
    {"kind": "call"},
    {"kind": "call", "minutes": 60, "due_at": datetime.now(UTC).isoformat()},
    {"kind": "flowers", "minutes": 60},
    {"kind": "call", "minutes": 10**9},
    {"kind": "call", "due_at": "0001-01-01T00:00:00+14:00"},
    {"kind": "call", "due_at": "9999-12-31T23:59:59-14:00"},
    {"kind": "call", "due_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()},
    {"kind": "call", "due_at": (datetime.now(UTC) + timedelta(days=99)).isoformat()},
]


@pytest.mark.parametrize("body", ODD)
def test_odd_promises_are_refused(agent: Staff, ticket: str, body: dict[str, Any]) -> None:
    refused = agent.client.post(f"/v1/tickets/{ticket}/promises/preview", json=body)
    assert refused.status_code in (400, 422), refused.text
