"""What stands beside a ticket besides replies: similar tickets for the desk's own people, playbooks, times of use."""

from __future__ import annotations

import secrets

import pytest

from bot.assist import record
from bot.assist.record import SuggestionState
from bot.precedents import vectors
from tests.contracts.panel_passes import of_staff, signed
from tests.served import SERVICE_KEY, Served, Staff

PROBLEM = "My doorbell plays the wrong melody on Tuesdays"
REFUND = "How much may an agent refund without approval?"


@pytest.fixture(scope="module")
def helped(service: Served) -> str:
    """A resolved ticket about PROBLEM, remembered; its id."""
    agent = service.staff()
    ticket = _ticket(service, PROBLEM)
    agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "Choose the melody again."}).raise_for_status()
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).raise_for_status()
    assistant = service.app.state.service.assistant
    vectors.renew(assistant.responder, assistant.database, assistant.policies)
    return ticket


def _ticket(service: Served, text: str) -> str:
    return str(service.visitor().hand_off(text)["ticket"]["id"])


def _suggest(client: Staff, text: str) -> dict[str, list[dict[str, str]]]:
    return client.client.post("/v1/suggest", json={"context": [{"role": "customer", "text": text}]}).json()


def test_a_similar_ticket_and_what_helped_stand_beside_another_one(service: Served, helped: str) -> None:
    agent, ticket = service.staff(), _ticket(service, f"{PROBLEM}, please help")
    (found,) = agent.client.get(f"/v1/tickets/{ticket}/suggestions").json()["similar"]
    assert (found["ticket_id"], found["reply"], found["note"]) == (helped, "Choose the melody again.", "")
    assert found["source"] is None
    page = agent.client.get(f"/console/tickets/{ticket}/similar").text
    assert f"/console/tickets/{helped}" in page
    assert "Choose the melody again." in page


def test_tickets_are_for_the_desks_own_people(service: Served, helped: str) -> None:
    assert [each["ticket_id"] for each in _suggest(service.staff(), PROBLEM)["similar"]] == [helped]
    program = service.client(Authorization=f"Bearer {SERVICE_KEY}")
    asked = {"context": [{"role": "customer", "text": PROBLEM}]}
    assert program.post("/v1/suggest", json=asked).json()["similar"] == []
    own = service.client(Authorization=f"Bearer {of_staff(service.staff())}").post("/assist/similar", json=asked).text
    others = service.client(Authorization=f"Bearer {signed()}").post("/assist/similar", json=asked).text
    assert (f"/console/tickets/{helped}" in own, "Choose the melody again." in own) == (True, True)
    assert (helped in others, "melody" in others) == (False, False)


def test_an_internal_article_is_a_playbook_and_no_public_one_is(service: Served) -> None:
    agent = service.staff()
    ticket = _ticket(service, REFUND)
    for answered in (agent.client.get(f"/v1/tickets/{ticket}/suggestions").json(), _suggest(agent, REFUND)):
        assert [each["article_id"] for each in answered["playbooks"]] == ["int-refund-authority"]
    assert _suggest(agent, "How do I reset Hub 2?")["playbooks"] == []


def test_a_first_reply_greets_in_the_customers_language_which_changes_nothing_of_the_suggestion(
    service: Served,
) -> None:
    agent, path = service.staff(), f"/v1/tickets/{_ticket(service, 'Wie kann ich bitte meinen Hub 2 zurücksetzen?')}"
    head = path.replace("/v1", "/console") + "/head"
    assert 'data-greeting="Guten Tag,"' in agent.client.get(head).text
    first = agent.client.get(f"{path}/suggestions").json()["suggestions"][0]
    reply = {"text": f"Guten Tag,\n\n{first['text']}", "suggestion_id": first["id"]}
    agent.client.post(f"{path}/reply", json=reply).raise_for_status()
    with service.database.snapshot() as tx:
        kept = record.load(tx, first["id"])
    assert (kept.state, kept.edit_distance, kept.final_text) == (SuggestionState.ACCEPTED, 0, first["text"].strip())
    assert 'data-greeting=""' in agent.client.get(head).text


def test_when_a_suggestion_was_shown_and_inserted_comes_with_the_reply(service: Served) -> None:
    agent, ticket = service.staff(), _ticket(service, "How do I reset Hub 2?")
    path = f"/v1/tickets/{ticket}"
    first = agent.client.get(f"{path}/suggestions").json()["suggestions"][0]
    reply = {"text": first["text"], "suggestion_id": first["id"], "client_id": secrets.token_hex(8)}
    reply |= {"suggestion_shown_ms": 5_000, "suggestion_inserted_ms": 1_000}
    assert agent.client.post(f"{path}/reply", json=reply | {"suggestion_shown_ms": -1}).status_code == 422
    agent.client.post(f"{path}/reply", json=reply).raise_for_status()
    with service.database.snapshot() as tx:
        kept = record.load(tx, first["id"])
    assert (kept.shown_at or "x") < (kept.inserted_at or "") < (kept.decided_at or "")
    assert (kept.saved_seconds or 0) > 0


def test_another_help_desk_is_told_what_was_given_and_warned_of_asking_again(service: Served) -> None:
    program = service.client(Authorization=f"Bearer {SERVICE_KEY}")
    said = [{"role": "customer", "text": "My order FW-204518 did not come."}]
    asked = {"context": said, "draft": "Could you tell me your order number?"}
    answered = program.post("/v1/suggest", json=asked).json()
    order = {"kind": "order", "name": "order number", "value": "FW-204518", "turn": 0}
    assert (answered["given"], answered["asks_again"]) == ([order], [order])
    harmless = asked | {"draft": "I look up order FW-204518."}
    assert program.post("/v1/suggest", json=harmless).json()["asks_again"] == []
    assert "FW-204518" in program.post("/assist/suggestions", json={"context": said}).text
