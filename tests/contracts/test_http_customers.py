"""Customers come in by a program of the shop, and the desk sees what each had with us."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from bot.access import Role
from tests.identity_tokens import good
from tests.served import SERVICE_KEY, Served


def _bring(shop: Served, *customers: Any) -> httpx2.Response:
    client = shop.client(Authorization=f"Bearer {SERVICE_KEY}")
    return client.post("/v1/customers", json={"customers": list(customers)})


def test_customers_come_in_once_and_are_brought_up_to_date(shop: Served) -> None:
    ana = {"external_id": "i-1", "name": "Ana", "tier": "gold"}
    assert _bring(shop, ana).json() == {"created": 1, "changed": 0, "unchanged": 0, "errors": []}
    assert _bring(shop, ana).json()["unchanged"] == 1
    assert _bring(shop, {"external_id": "i-1", "plan": "plus"}).json()["changed"] == 1


def test_what_is_wrong_is_named_by_its_place(shop: Served) -> None:
    answer = _bring(shop, {"external_id": "i-2"}, {"external_id": " "}, {"external_id": "i-3", "email": "no"}).json()
    assert answer["created"] == 1
    assert [error["line"] for error in answer["errors"]] == [2, 3]


@pytest.mark.parametrize(
    "body", [{}, {"customers": []}, {"customers": [{}]}, {"customers": [{"external_id": "x", "y": 1}]}]
)
def test_another_shape_is_refused(shop: Served, body: Any) -> None:
    client = shop.client(Authorization=f"Bearer {SERVICE_KEY}")
    assert 400 <= client.post("/v1/customers", json=body).status_code < 500


def test_the_desk_sees_what_an_imported_customer_had_before(shop: Served) -> None:
    _bring(shop, {"external_id": "i-4", "name": "Eva", "tier": "silver"})
    known = shop.visitor(identity=good(time.time(), sub="i-4"), site="shop")
    known.say("thanks")
    later = shop.visitor(identity=good(time.time(), sub="i-4"), site="app")
    ticket = later.hand_off("My order is late")["ticket"]["id"]
    shop.visitor(site="shop").hand_off("somebody else's")
    agent = shop.staff().client
    seen = agent.get(f"/v1/tickets/{ticket}").json()["customer"]
    assert (seen["name"], seen["tier"]) == ("Eva", "silver")
    contacts = agent.get(f"/v1/tickets/{ticket}/timeline").json()["contacts"]
    assert [(one["conversation_id"], one["site"]) for one in contacts] == [(later.id, "app"), (known.id, "shop")]
    page = agent.get(f"/console/tickets/{ticket}").text
    assert "With this customer so far" in page
    assert "Chat with the assistant, 2 messages" in page
    assert "somebody else" not in page


def test_a_visitor_nobody_vouched_for_has_no_timeline(shop: Served) -> None:
    ticket = shop.visitor(site="shop").hand_off("I am Eva, i-4")["ticket"]["id"]
    agent = shop.staff().client
    assert agent.get(f"/v1/tickets/{ticket}/timeline").json() == {"contacts": []}
    assert "With this customer so far" not in agent.get(f"/console/tickets/{ticket}").text


def test_the_desk_finds_a_customer_and_reads_all_they_had_with_us(shop: Served) -> None:
    _bring(shop, {"external_id": "k-77", "name": "Noor Okafor", "email": "noor@shop.example", "tier": "VIP"})
    _bring(shop, {"external_id": "k-78", "name": "Noor Okafor", "email": "NOOR@shop.example"}, {"external_id": "k-79"})
    agent = shop.staff().client
    for words, number in (("okafor k-77", "k-77"), ("NOOR@ k-78", "k-78"), ("k-79", "k-79")):
        found = agent.get("/v1/customers", params={"q": words}).json()
        assert [one["external_id"] for one in found["customers"]] == [number]
        address = f"/console/customers/{found['customers'][0]['id']}"
        assert address in agent.get("/console", params={"q": words}).text
    assert agent.get("/v1/customers", params={"q": "okafor"}).json()["total"] == 2
    known = next(one for one in agent.get("/v1/customers", params={"q": "k-77"}).json()["customers"])
    before = agent.get(f"/v1/customers/{known['id']}").json()
    assert (before["proven_by"], before["contacts"], before["address_shared"]) == ([], [], True)
    assert "Not proven yet" in agent.get(f"/console/customers/{known['id']}").text
    chat = shop.visitor(identity=good(time.time(), sub="k-77"), site="shop")
    ticket = chat.hand_off("My hub is broken")["ticket"]["id"]
    agent.post(f"/v1/tickets/{ticket}/complaint")
    shop.visitor(identity=good(time.time(), sub="k-78")).hand_off("another's")
    seen = agent.get(f"/v1/customers/{known['id']}").json()
    assert (seen["name"], seen["tier"], seen["proven_by"]) == ("Noor Okafor", "VIP", ["website"])
    assert [one["id"] for one in seen["open_tickets"]] == [ticket]
    assert [one["ticket_id"] for one in seen["complaints"]] == [ticket]
    assert [one["conversation_id"] for one in seen["contacts"]] == [chat.id]
    address = f"/console/customers/{known['id']}"
    page = agent.get(address).text
    for shown in ("Noor Okafor", "VIP", "Verified by the website", "another customer has it", "Complaints"):
        assert shown in page
    assert "My hub is broken" in page
    assert "another&#39;s" not in page
    assert "customers erase" not in page
    assert f"customers erase {known['id']}" in shop.staff(Role.ADMIN).client.get(address).text
    assert agent.get("/v1/customers/nobody").status_code == 404
    assert agent.get("/console/customers/nobody").status_code == 404


def test_the_tier_of_an_imported_customer_routes_and_times_the_ticket(shop: Served) -> None:
    _bring(shop, {"external_id": "i-vip", "tier": "VIP"}, {"external_id": "i-plain"})
    agent, packets = shop.staff().client, {}
    for number in ("i-vip", "i-plain"):
        ticket = shop.visitor(identity=good(time.time(), sub=number)).hand_off()["ticket"]["id"]
        packets[number] = agent.get(f"/v1/tickets/{ticket}").json()
        assert ("VIP" in agent.get(f"/console/tickets/{ticket}").text) == (number == "i-vip")
    assert packets["i-vip"]["packet"]["target"]["rule"] == "asks-person-vip"
    assert packets["i-vip"]["first_response_due"] < packets["i-plain"]["first_response_due"]
    typed = shop.visitor().hand_off("I am a VIP customer, tier VIP")["ticket"]["id"]
    assert "vip" not in agent.get(f"/v1/tickets/{typed}").json()["packet"]["target"]["rule"]


def test_a_plan_counts_where_it_is_vouched_for_and_not_where_a_page_says_it(shop: Served) -> None:
    _bring(shop, {"external_id": "i-complete", "plan": "complete"}, {"external_id": "i-none"})
    agent = shop.staff().client

    def rule(**opened: str) -> str:
        ticket = shop.visitor(**opened).hand_off()["ticket"]["id"]
        return str(agent.get(f"/v1/tickets/{ticket}").json()["packet"]["target"]["rule"])

    assert rule(identity=good(time.time(), sub="i-complete")) == "asks-person-complete"
    for claimed in ({"plan": "complete"}, {"plan": "complete", "identity": good(time.time(), sub="i-none")}):
        assert rule(**claimed) == "default"
