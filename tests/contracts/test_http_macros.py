"""Ready-made texts of the desk's own: proposed, approved or rejected by a lead, and offered from then on only."""

from __future__ import annotations

import secrets
from typing import Any

import httpx2
import pytest

from tests.served import Served, Staff

ENGLISH = {"en": "Hello {customer_name}, {agent_name} here."}
TEXTS = ENGLISH | {"de": "Guten Tag {customer_name}, hier ist {agent_name}."}


def _propose(who: Staff, title: str = "", texts: dict[str, str] = TEXTS) -> httpx2.Response:
    return who.client.post("/v1/macros", json={"title": title or secrets.token_hex(6), "texts": texts})


def _decide(who: Staff, macro: dict[str, Any], *, approve: bool, **more: Any) -> httpx2.Response:
    answer = {"version": macro["version"], "approve": approve} | more
    return who.client.post(f"/v1/macros/{macro['id']}/decide", json=answer)


def _edit(who: Staff, macro: dict[str, Any], **more: Any) -> httpx2.Response:
    content = {name: macro[name] for name in ("version", "title", "texts")}
    return who.client.post(f"/v1/macros/{macro['id']}", json=content | more)


def _offered(service: Served, who: Staff, said: str = "My lamp hums, I want a person") -> dict[str, str]:
    """The texts beside a new ticket, by title."""
    ticket = service.visitor().hand_off(said)["ticket"]["id"]
    texts = who.client.get(f"/v1/tickets/{ticket}/macros").json()["macros"]
    return {text["title"]: text["text"] for text in texts}


def test_a_proposal_is_offered_once_a_lead_approved_it_and_no_more_when_removed(
    service: Served, agent: Staff, lead: Staff
) -> None:
    macro = _propose(agent).json()
    title = macro["title"]
    assert macro["status"] == "waiting"
    assert title not in _offered(service, agent)
    approved = _decide(lead, macro, approve=True).json()
    assert _offered(service, agent)[title] == "Hello there, Person agent here."
    german = "Ich möchte meine Bestellung stornieren, bitte rufen Sie mich zurück"
    assert _offered(service, agent, german)[title] == "Guten Tag, hier ist Person agent."
    changed = _edit(lead, approved, texts=ENGLISH | {"en": "Moment please."}).json()
    assert _offered(service, agent)[title] == "Moment please."
    assert _edit(agent, changed).status_code == agent.client.delete(f"/v1/macros/{macro['id']}").status_code == 403
    trail = lead.client.delete(f"/v1/macros/{macro['id']}").json()["acts"]
    assert title not in _offered(service, agent)
    told = [("proposed", "agent"), ("approved", "lead"), ("edited", "lead"), ("removed", "lead")]
    assert [(act["deed"], act["by"]) for act in trail] == [(deed, f"Person {by}") for deed, by in told]
    assert [act["texts"]["en"] for act in trail][1:3] == [ENGLISH["en"], "Moment please."]


def test_a_lead_says_why_not_and_whoever_proposed_it_mends_it(service: Served, agent: Staff, lead: Staff) -> None:
    macro = _propose(agent).json()
    assert _decide(agent, macro, approve=True).status_code == 403
    assert _decide(lead, macro, approve=False, reason=" ").status_code == 400
    rejected = _decide(lead, macro, approve=False, reason="Too short.").json()
    assert (rejected["status"], rejected["acts"][-1]["reason"]) == ("rejected", "Too short.")
    assert _decide(lead, rejected, approve=True).status_code == 409
    assert _edit(service.staff(), rejected).status_code == 403
    again = _edit(agent, rejected, texts={"en": "A longer text."}).json()
    assert again["status"] == "waiting"
    read_before = _decide(lead, macro, approve=True)
    assert (read_before.status_code, "changed in the meantime" in read_before.json()["detail"]) == (409, True)
    assert agent.client.delete(f"/v1/macros/{macro['id']}").json()["status"] == "removed"


def test_what_a_lead_writes_is_approved_by_that(service: Served, lead: Staff) -> None:
    macro = _propose(lead).json()
    assert macro["title"] in _offered(service, lead)
    lead.client.delete(f"/v1/macros/{macro['id']}")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"en": "Dear {customer}."}, "The text: en: unknown place {customer}; allowed: customer_name"),
        (ENGLISH | {"de": "{customer_name}, hallo"}, "The text: de: {customer_name} must follow a word of greeting"),
        ({"en": "One } too many"}, "has a brace too many"),
        ({"de": "Guten Tag"}, "needs a text in 'en'"),
        (ENGLISH | {"pt": "Bom dia"}, "no text in 'pt'; allowed: en, de, fr, es"),
        ({"en": " \n"}, "needs a text in 'en'"),
    ],
)
def test_a_text_that_could_not_be_filled_in_is_refused_at_once(agent: Staff, texts: dict[str, str], told: str) -> None:
    refused = _propose(agent, texts=texts)
    assert (refused.status_code, told in refused.json()["detail"]) == (400, True), refused.text


def test_a_name_stands_for_one_text_those_of_the_file_too(agent: Staff, lead: Staff) -> None:
    title = _propose(agent, "Closing words").json()["title"]
    for taken in (title, "CLOSING  words", "say hello"):
        assert _propose(lead, taken).status_code == 409
    listed = agent.client.get("/v1/macros").json()
    hello = next(macro for macro in listed["macros"] if macro["id"] == "hello")
    assert (hello["file"], hello["status"], "en" in hello["texts"]) == (True, "approved", True)
    assert listed["variables"] == ["customer_name", "agent_name", "ticket_id", "company"]
    assert agent.client.delete("/v1/macros/hello").status_code == 404
