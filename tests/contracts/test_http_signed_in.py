"""Who signs in while their conversation is open takes it along; nobody else's becomes theirs, and nobody reads on."""

from __future__ import annotations

import secrets
import time
from typing import Any

import httpx2
import pytest

from bot.access import Role
from tests.identity_tokens import FOREIGN_KEY, good
from tests.served import SERVICE_KEY, Served, Visitor, stream

DESK = (Role.AGENT, Role.LEAD, Role.ADMIN, Role.CONTENT)


def token_of(subject: str) -> str:
    return good(time.time(), sub=subject, plan="plus")


@pytest.fixture
def customer() -> str:
    return f"signed-in-{secrets.token_hex(4)}"


@pytest.fixture
def waiting(shop: Served) -> Visitor:
    """Nobody in particular, with a ticket."""
    visitor = shop.visitor(site="shop", region="UK")
    visitor.hand_off("My order never came")
    return visitor


def signs_in(visitor: Visitor, token: str) -> httpx2.Response:
    return visitor.client.post(f"{visitor.path}/customer", json={"identity": token})


def holding(shop: Served, body: Any) -> Visitor:
    return Visitor(shop.client(Authorization=f"Bearer {body['token']}"), body["id"], body["token"], body)


def test_the_conversation_goes_on_for_the_known_customer(shop: Served, waiting: Visitor, customer: str) -> None:
    before = waiting.read()
    answer = signs_in(waiting, token_of(customer))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["id"], body["verified"], body["resumed"], body["state"]) == (waiting.id, True, True, "waiting")
    held = holding(shop, body)
    assert held.read()["messages"] == before["messages"]
    assert held.say("It is FW-123456").status_code == 201
    found = shop.client().post(
        "/v1/conversations", json={"identity": token_of(customer), "site": "shop", "resume": True}
    )
    assert (found.status_code, found.json()["id"]) == (200, waiting.id)


def test_it_is_the_customers_newest_although_they_had_one(shop: Served, waiting: Visitor, customer: str) -> None:
    known = shop.visitor(identity=token_of(customer), site="shop")
    known.say("thanks")
    assert signs_in(waiting, token_of(customer)).status_code == 200
    asked = {"identity": token_of(customer), "site": "shop", "resume": True}
    assert shop.client().post("/v1/conversations", json=asked).json()["id"] == waiting.id


def test_the_desk_sees_who_it_is_and_since_when(shop: Served, waiting: Visitor, customer: str) -> None:
    agent = shop.staff().client
    ticket = waiting.read()["ticket"]["id"]
    assert agent.get(f"/v1/tickets/{ticket}").json()["customer"] is None
    signs_in(waiting, token_of(customer))
    seen = agent.get(f"/v1/tickets/{ticket}").json()
    assert (seen["customer"]["external_id"], seen["customer"]["plan"]) == (customer, "plus")
    assert "signed in on the website" in agent.get(f"/console/tickets/{ticket}/history").text


def test_every_other_key_is_void(shop: Served, waiting: Visitor, customer: str) -> None:
    code = waiting.client.post(f"{waiting.path}/devices").json()["code"]
    other = holding(shop, shop.client().post("/v1/conversations/resume", json={"code": code}).json())
    unused = waiting.client.post(f"{waiting.path}/devices").json()["code"]
    with stream(other.client, f"{other.path}/events") as events:
        held = holding(shop, signs_in(waiting, token_of(customer)).json())
        held.say("My address is 1 Secret Street")
        assert "Secret Street" not in str(list(events))
    for void in (other, waiting):
        assert void.client.get(void.path).status_code == 401
        assert void.say("I am still here").status_code == 401
    for given in ({}, {"identity": token_of("somebody")}):
        assert shop.client().post("/v1/conversations/resume", json={"code": unused} | given).status_code == 401


def test_nobody_makes_a_strangers_conversation_theirs_by_following_a_link(
    shop: Served, waiting: Visitor, customer: str
) -> None:
    """What the stranger wrote would be said by a known customer, and the stranger would read what they are told."""
    code = waiting.client.post(f"{waiting.path}/devices").json()["code"]
    led = holding(shop, shop.client().post("/v1/conversations/resume", json={"code": code}).json())
    refused = signs_in(led, token_of(customer))
    assert refused.status_code == 409
    assert "by a link" in refused.json()["detail"]
    assert led.say("hello").status_code == 201, "nothing was lost"
    opened = shop.client().post("/v1/conversations", json={"identity": token_of(customer), "resume": True}).json()
    assert opened["id"] != waiting.id


def test_a_known_customers_conversation_becomes_nobody_elses(shop: Served, customer: str) -> None:
    known = shop.visitor(identity=token_of(customer))
    for subject in (customer, "somebody-else"):
        assert signs_in(known, token_of(subject)).status_code == 409
    assert known.client.get(known.path).status_code == 200


def test_a_token_that_is_not_the_websites_own_changes_nothing(waiting: Visitor) -> None:
    """The other ways of forging one are in test_http_identity.py: the same reader refuses them."""
    for token in ("", "nonsense", good(time.time() - 7200), good(time.time(), FOREIGN_KEY)):
        assert signs_in(waiting, token).status_code == 401
    assert waiting.client.get(waiting.path).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "stranger", "forger", "service", *(role.value for role in DESK)])
def test_nobody_but_its_owner_may(shop: Served, waiting: Visitor, customer: str, who: str) -> None:
    if who in {role.value for role in DESK}:
        client = shop.staff(Role(who)).client
    elif who == "stranger":
        client = shop.visitor().client
    else:
        bearer = {"forger": secrets.token_urlsafe(32), "service": SERVICE_KEY}.get(who)
        client = shop.client(**{"Authorization": f"Bearer {bearer}"} if bearer else {})
    answer = client.post(f"{waiting.path}/customer", json={"identity": token_of(customer)})
    assert answer.status_code == 401
    assert waiting.client.get(waiting.path).status_code == 200
