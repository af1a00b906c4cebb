"""A conversation goes to another device by a code that works once, for the same person, and leaves no trace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from bot.conversation import conversations
from bot.conversation.devices import MOST_DEVICES
from bot.storage.tables import device_tokens, resume_codes
from tests.identity_tokens import AUDIENCE, KEY, good
from tests.served import Served, Visitor, serving

RESUME = "/v1/conversations/resume"


@pytest.fixture(scope="module")
def closed_shop(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that talks to its customers only."""
    folder = tmp_path_factory.mktemp("customers-only")
    given = {"identity_keys": KEY, "identity_audience": AUDIENCE, "identity_required": True}
    with serving(small_index, folder, **given) as served:
        yield served


def token_of(subject: str) -> str:
    return good(time.time(), sub=subject)


def code_of(visitor: Visitor) -> str:
    made = visitor.client.post(f"{visitor.path}/devices")
    assert made.status_code == 201, made.text
    return str(made.json()["code"])


def resumed(shop: Served, code: str, subject: str | None = None) -> httpx2.Response:
    body = {"code": code} | ({"identity": token_of(subject)} if subject else {})
    return shop.client().post(RESUME, json=body)


def other_device(shop: Served, body: Any) -> Visitor:
    return Visitor(shop.client(Authorization=f"Bearer {body['token']}"), body["id"], body["token"], body)


def test_both_devices_have_the_conversation(shop: Served) -> None:
    first = shop.visitor()
    first.say("thanks")
    answer = resumed(shop, code_of(first))
    assert answer.status_code == 200, answer.text
    assert answer.json()["resumed"] is True
    second = other_device(shop, answer.json())
    assert second.token != first.token
    second.say("hello")
    assert first.read() == second.read()
    assert [message["text"] for message in first.read()["messages"] if message["role"] == "customer"] == [
        "thanks",
        "hello",
    ]


def test_a_code_works_once(shop: Served) -> None:
    code = code_of(shop.visitor())
    assert resumed(shop, code).status_code == 200
    assert resumed(shop, code).status_code == 401


def test_a_new_code_replaces_the_one_before(shop: Served) -> None:
    visitor = shop.visitor()
    old, new = code_of(visitor), code_of(visitor)
    assert resumed(shop, old).status_code == 401
    assert resumed(shop, new).status_code == 200


def test_an_old_code_opens_nothing(shop: Served) -> None:
    code = code_of(shop.visitor())
    with shop.database.transaction() as tx:
        tx.execute(update(resume_codes).values(expires_at="2026-01-01T00:00:00.000Z"))
    assert resumed(shop, code).status_code == 401


@pytest.mark.parametrize("wrong", ["", "x", "0" * 43, "\x00", "ü" * 50, "../../x"])
def test_a_guess_opens_nothing(shop: Served, wrong: str) -> None:
    assert resumed(shop, wrong).status_code == 401


def test_a_customers_conversation_takes_the_same_customer(shop: Served) -> None:
    code = code_of(shop.visitor(identity=token_of("anna")))
    for stranger in (None, "bob"):
        assert resumed(shop, code, stranger).status_code == 401
    assert resumed(shop, code, "anna").status_code == 200, "what strangers tried has not used it up"


def test_nobody_who_is_known_is_led_into_a_strangers_conversation(shop: Served) -> None:
    assert resumed(shop, code_of(shop.visitor()), "anna").status_code == 401


def test_other_devices_can_be_closed_from_either_side(shop: Served) -> None:
    first = shop.visitor()
    second = other_device(shop, resumed(shop, code_of(first)).json())
    waiting = code_of(first)
    assert second.client.delete(f"{second.path}/devices").status_code == 204
    assert first.client.get(first.path).status_code == 401
    assert resumed(shop, waiting).status_code == 401
    third = other_device(shop, resumed(shop, code_of(second)).json())
    assert second.client.delete(f"{second.path}/devices").status_code == 204
    assert third.client.get(third.path).status_code == 401
    assert second.client.get(second.path).status_code == 200


def test_neither_codes_nor_keys_are_kept(shop: Served) -> None:
    visitor = shop.visitor()
    code, used = code_of(visitor), resumed(shop, code_of(shop.visitor())).json()["token"]
    with shop.database.snapshot() as tx:
        kept = str(tx.execute(select(resume_codes)).all()) + str(tx.execute(select(device_tokens)).all())
    assert code not in kept
    assert used not in kept
    assert len(kept) > 100


def test_a_conversation_has_a_bounded_number_of_keys(shop: Served) -> None:
    for _ in range(MOST_DEVICES + 5):
        last = shop.client().post("/v1/conversations", json={"identity": token_of("often"), "resume": True}).json()
    with shop.database.snapshot() as tx:
        mine = select(device_tokens).where(device_tokens.c.conversation_id == last["id"])
        assert len(tx.execute(mine).all()) <= MOST_DEVICES + 1
    assert other_device(shop, last).client.get(f"/v1/conversations/{last['id']}").status_code == 200


def test_a_known_customer_goes_on_where_they_were(shop: Served) -> None:
    first = shop.visitor(identity=token_of("carol"), site="a")
    first.say("thanks")
    again = shop.client().post("/v1/conversations", json={"identity": token_of("carol"), "site": "a", "resume": True})
    assert (again.status_code, again.json()["id"], again.json()["resumed"]) == (200, first.id, True)
    assert other_device(shop, again.json()).read() == first.read()
    for given in ({"site": "b"}, {"site": "a", "resume": False}, {"identity": token_of("dave"), "site": "a"}):
        asked = {"identity": token_of("carol"), "resume": True} | given
        other = shop.client().post("/v1/conversations", json=asked)
        assert other.status_code == 201, given
        assert other.json()["id"] != first.id


def test_without_identity_nothing_is_resumed(shop: Served) -> None:
    shop.visitor(site="c").say("thanks")
    opened = shop.client().post("/v1/conversations", json={"site": "c", "resume": True})
    assert (opened.status_code, opened.json()["resumed"], opened.json()["verified"]) == (201, False, False)


def test_where_identity_is_required_nobody_else_gets_in(closed_shop: Served) -> None:
    client = closed_shop.client()
    for body in ({}, {"site": "x"}, {"resume": True}, {"identity": "nonsense"}):
        assert client.post("/v1/conversations", json=body).status_code == 401
    known = closed_shop.visitor(identity=token_of("anna"))
    assert known.say("thanks").status_code == 201
    code = code_of(known)
    assert resumed(closed_shop, code).status_code == 401
    assert resumed(closed_shop, code, "anna").status_code == 200


def test_requiring_identity_closes_conversations_that_nobody_vouched_for(closed_shop: Served) -> None:
    """As after the setting was changed: the conversation exists, and its token is the right one."""
    with closed_shop.database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="", language="en")
    client = closed_shop.client(Authorization=f"Bearer {opened.token}")
    path = f"/v1/conversations/{opened.conversation.id}"
    assert client.get(path).status_code == 401
    assert client.post(f"{path}/messages", json={"client_id": "m", "text": "thanks"}).status_code == 401
    assert client.post(f"{path}/devices").status_code == 401
