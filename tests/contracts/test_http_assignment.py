"""Over HTTP: agents come and go, tickets follow them, leads arrange, customers say how they can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.access import Role
from bot.storage.tables import offers
from tests.patience import until
from tests.served import Served, Staff, Visitor, serving, stream

NOTHING_ASKED = {"contact": None, "given": None, "code": None}


@pytest.fixture(scope="module")
def desk(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of its own: whoever is available here must not be given other tests' tickets."""
    with serving(small_index, tmp_path_factory.mktemp("assignment"), visitor_messages_per_minute=3) as served:
        yield served


@pytest.fixture(scope="module")
def lead(desk: Served) -> Staff:
    return desk.staff(Role.LEAD)


def _available(who: Staff, available: bool) -> None:
    answer = who.client.post("/v1/desk/availability", json={"available": available})
    assert (answer.status_code, answer.json()) == (200, {"available": available})


def _offer(lead: Staff, visitor: Visitor) -> Any:
    ticket = visitor.read()["ticket"]["id"]
    return lead.client.get(f"/v1/tickets/{ticket}").json()["offer"]


def _member(lead: Staff, who: Staff) -> Any:
    people = lead.client.get("/v1/desk/team").json()["people"]
    return next(one for one in people if one["id"] == who.id)


def test_a_handoff_is_given_to_who_is_there_and_follows_when_they_leave(desk: Served, lead: Staff) -> None:
    ana, ben = desk.staff(), desk.staff()
    _available(ana, True)
    visitor = desk.visitor()
    visitor.hand_off()
    offer = _offer(lead, visitor)
    assert offer["account_id"] == ana.id
    assert (offer["why"]["load"], offer["why"]["capacity"], offer["why"]["others"]) == (0, 8, 0)
    assert visitor.client.get(f"{visitor.path}/contact").json() == NOTHING_ASKED
    assert (_member(lead, ana)["on_duty"], _member(lead, ana)["offered"]) == (True, 1)
    mine = ana.client.get("/v1/tickets?view=mine").json()["tickets"]
    assert [ticket["offer"]["account_id"] for ticket in mine] == [ana.id]

    _available(ben, True)
    _available(ana, False)
    assert _offer(lead, visitor)["account_id"] == ben.id
    assert ben.client.delete("/v1/session").status_code == 204
    assert until(lambda: _offer(lead, visitor) is None), "whoever signs out is not there"


def test_what_is_not_taken_in_time_goes_on_by_itself_and_the_desk_hears_of_it(desk: Served, lead: Staff) -> None:
    ana, ben = desk.staff(), desk.staff()
    _available(ana, True)
    visitor = desk.visitor()
    visitor.hand_off()
    with stream(lead.client, "/v1/desk/events") as events:
        _available(ben, True)
        with desk.database.transaction() as tx:
            tx.execute(update(offers).where(offers.c.account_id == ana.id).values(take_by="2020-01-01T00:00:00.000Z"))
        assert until(lambda: _offer(lead, visitor)["account_id"] == ben.id)
        own = (event.data["work"] for event in events if event.data["conversation_id"] == visitor.id)
        assert [next(own), next(own)] == ["missed", "offered"]
    for one in (ana, ben):
        _available(one, False)


def test_room_that_becomes_free_is_used_at_once(desk: Served, lead: Staff) -> None:
    ana = desk.staff()
    arranged = lead.client.post(f"/v1/desk/team/{ana.id}", json={"capacity": 3})
    assert (arranged.json()["capacity"], arranged.json()["own_capacity"]) == (3, 3)
    _available(ana, True)
    for _ in range(6):
        desk.visitor().hand_off()

    def mine() -> Any:
        return ana.client.get("/v1/tickets?view=mine").json()["tickets"]

    def takes_what_is_given() -> bool:
        for ticket in mine():
            assert ana.client.post(f"/v1/tickets/{ticket['id']}/claim", json={}).status_code == 200
        assert len([ticket for ticket in mine() if ticket["offer"]]) <= 2
        return bool(_member(lead, ana)["load"] == 3)

    assert until(takes_what_is_given)
    held = mine()[0]["id"]
    assert ana.client.post(f"/v1/tickets/{held}/resolve", json={}).status_code == 200
    assert until(lambda: any(ticket["offer"] for ticket in mine()))
    assert _member(lead, ana)["load"] <= 3
    _available(ana, False)


def test_a_lead_arranges_skills_and_a_misspelt_one_is_named(desk: Served, lead: Staff) -> None:
    ana = desk.staff()
    body = {"teams": ["lock"], "languages": ["de", "en"], "topics": ["hub"], "categories": ["fraud"]}
    answer = lead.client.post(f"/v1/desk/team/{ana.id}", json=body)
    assert answer.status_code == 200
    assert {key: answer.json()[key] for key in body} == body
    for field, value in (("teams", "locks"), ("languages", "xx"), ("topics", "hubs"), ("categories", "frauds")):
        refused = lead.client.post(f"/v1/desk/team/{ana.id}", json=body | {field: [value]})
        assert (refused.status_code, value in refused.json()["detail"]) == (400, True)
    assert {key: _member(lead, ana)[key] for key in body} == body
    for capacity in (1, 2):
        assert lead.client.post(f"/v1/desk/team/{ana.id}", json={"capacity": capacity}).status_code == 400
    content = desk.staff(Role.CONTENT)
    assert lead.client.post(f"/v1/desk/team/{content.id}", json={}).status_code == 400
    assert lead.client.post("/v1/desk/team/nobody", json={}).status_code == 404


def test_the_customer_says_how_to_be_reached_and_the_agent_sees_it_as_unverified(desk: Served, lead: Staff) -> None:
    visitor = desk.visitor(language="de")
    assert visitor.client.get(f"{visitor.path}/contact").json() == NOTHING_ASKED
    assert visitor.client.post(f"{visitor.path}/contact", json={"email": "jo@example.org"}).status_code == 409
    ticket = visitor.hand_off()["ticket"]["id"]
    form = visitor.client.get(f"{visitor.path}/contact").json()["contact"]
    assert (form["ticket_id"], form["language"], form["send"]) == (ticket, "de", "Adresse speichern")
    refused = visitor.client.post(f"{visitor.path}/contact", json={"email": "jo at example"})
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
    kept = visitor.client.post(f"{visitor.path}/contact", json={"name": "Jo", "email": "jo@example.org"})
    assert (kept.status_code, kept.json()["verified"]) == (200, False)
    shown = visitor.client.get(f"{visitor.path}/contact").json()
    assert shown["contact"] is None
    assert (shown["given"]["email"], shown["given"]["change"]) == ("jo@example.org", "Ändern"), "a typo can be seen"
    assert shown["given"]["form"]["ticket_id"] == ticket
    contact = lead.client.get(f"/v1/tickets/{ticket}").json()["contact"]
    assert (contact["name"], contact["email"], contact["verified"]) == ("Jo", "jo@example.org", False)
    assert "jo@example.org" in lead.client.get(f"/console/tickets/{ticket}/packet").text
    for step in ("claim", "resolve"):
        assert lead.client.post(f"/v1/tickets/{ticket}/{step}", json={}).status_code == 200
    assert visitor.client.get(f"{visitor.path}/contact").json() == NOTHING_ASKED


def test_what_is_told_after_the_handoff_is_among_the_facts(desk: Served, lead: Staff) -> None:
    visitor = desk.visitor()
    page = f"/console/tickets/{visitor.hand_off()['ticket']['id']}/facts"
    assert "FW-505152" not in lead.client.get(page).text
    assert visitor.say("it is order FW-505152").status_code == 201
    assert "FW-505152" in lead.client.get(page).text


def test_over_the_limit_a_person_can_still_be_reached(desk: Served, lead: Staff) -> None:
    visitor = desk.visitor()
    statuses = [visitor.say(f"How do I reset Hub 2, try {number}").status_code for number in range(5)]
    assert statuses == [201] * 3 + [429] * 2
    told = visitor.hand_off()
    detail = lead.client.get(f"/v1/tickets/{told['ticket']['id']}").json()
    assert (detail["reason"], told["state"]) == ("over_limit", "waiting")
    assert "How do I reset Hub 2" in detail["packet"]["goal"]
    many = [visitor.client.post(f"{visitor.path}/handoff", json={}) for _ in range(6)]
    assert [answer.status_code for answer in many][-1] == 429, "asking for a person has its own limit"
    assert "Retry-After" in many[-1].headers


def test_the_operator_sees_who_is_there_and_what_was_missed(desk: Served) -> None:
    ana = desk.staff()
    _available(ana, True)
    text = desk.client().get("/metrics").text
    figures = {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if not line.startswith("#")}
    assert figures["answerdesk_agents_available"] >= 1
    assert figures['answerdesk_offers{ending="missed"}'] >= 1
    assert figures["answerdesk_tickets_unassigned"] >= 0
    _available(ana, False)
