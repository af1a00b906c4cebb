"""Merging over HTTP: the customer goes on in one place, two agents at once do it once, and nobody else gets in."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.identity_tokens import good
from tests.served import Served, Staff, Visitor, stream


@dataclass(frozen=True)
class Case:
    """A customer's conversation with its open ticket."""

    visitor: Visitor
    ticket: str

    @property
    def path(self) -> str:
        return f"/v1/tickets/{self.ticket}"


def _case(shop: Served, customer: str, note: str) -> Case:
    visitor = shop.visitor(identity=good(time.time(), sub=customer))
    return Case(visitor, visitor.hand_off(note)["ticket"]["id"])


@pytest.fixture
def pair(shop: Served) -> tuple[Case, Case]:
    customer = f"merge-{secrets.token_hex(4)}"
    return _case(shop, customer, "Where is order FW-123456?"), _case(shop, customer, "And my camera is dark")


@pytest.fixture(scope="module")
def agent(shop: Served) -> Staff:
    return shop.staff()


def _detail(agent: Staff, case: Case) -> dict[str, Any]:
    return dict(agent.client.get(case.path).json())


def test_the_customer_goes_on_in_one_place_from_either_conversation(
    shop: Served, agent: Staff, pair: tuple[Case, Case]
) -> None:
    first, second = pair
    others = agent.client.get(f"{first.path}/others").json()["tickets"]
    assert [one["id"] for one in others] == [second.ticket]
    with stream(first.visitor.client, f"{first.visitor.path}/events") as events:
        merged = agent.client.post(f"{first.path}/merge", json={"into": second.ticket})
        assert merged.status_code == 200, merged.text
        told = next(event for event in events if event.kind == "ticket" and event.data["status"] == "merged")
    assert told.data["id"] == first.ticket
    late = first.visitor.say("One thing more", "late-1")
    assert late.json()["message"]["conversation_id"] == second.visitor.id
    assert first.visitor.say("One thing more", "late-1").json()["message"]["id"] == late.json()["message"]["id"]
    assert first.visitor.read()["ticket"]["status"] == "merged"
    followed = first.visitor.client.post(f"{first.visitor.path}/follow")
    assert followed.status_code == 200
    assert (followed.json()["id"], followed.json()["resumed"]) == (second.visitor.id, True)
    key = shop.client(Authorization=f"Bearer {followed.json()['token']}")
    texts = [message["text"] for message in key.get(second.visitor.path).json()["messages"]]
    assert "One thing more" in texts
    assert texts.index("Where is order FW-123456?") < texts.index("And my camera is dark"), "nothing is lost to them"
    assert "And my camera is dark" not in str(first.visitor.read()["messages"])
    assert first.visitor.hand_off("Again")["ticket"]["id"] == second.ticket
    detail = _detail(agent, second)
    assert {"FW-123456"} == {fact["value"] for fact in detail["packet"]["facts"]}
    said = [message["text"] for message in detail["messages"]]
    assert said.index("Where is order FW-123456?") < said.index("And my camera is dark") < said.index("One thing more")
    assert second.visitor.client.post(f"{second.visitor.path}/follow").status_code == 409


def test_a_file_of_the_ended_conversation_is_had_from_the_one_it_goes_on_in_and_from_no_other(
    shop: Served, agent: Staff, pair: tuple[Case, Case]
) -> None:
    first, second = pair
    sent = first.visitor.client.post(
        f"{first.visitor.path}/attachments", params={"name": "bill.txt", "client_id": "file-1"}, content=b"Total: 12"
    )
    assert sent.status_code == 201, sent.text
    file = f"attachments/{sent.json()['message']['attachment']['id']}"
    assert second.visitor.client.get(f"{second.visitor.path}/{file}").status_code == 404
    assert agent.client.post(f"{first.path}/merge", json={"into": second.ticket}).status_code == 200
    assert second.visitor.client.get(f"{second.visitor.path}/{file}").content == b"Total: 12"
    stranger = _case(shop, f"merge-{secrets.token_hex(4)}", "Mine is green")
    assert stranger.visitor.client.get(f"{stranger.visitor.path}/{file}").status_code == 404


def test_of_two_agents_at_once_one_wins_and_the_other_is_told(shop: Served, pair: tuple[Case, Case]) -> None:
    first, second = pair
    people = [shop.staff(), shop.staff()]
    seen = {one.ticket: _detail(people[0], one)["version"] for one in pair}
    calls = [(people[0], first, second), (people[1], second, first)]

    def merge(call: tuple[Staff, Case, Case]) -> tuple[int, str]:
        who, ended, kept = call
        body = {"into": kept.ticket, "version": seen[ended.ticket], "into_version": seen[kept.ticket]}
        answer = who.client.post(f"{ended.path}/merge", json=body)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(merge, calls))
    assert sorted(status for status, _ in answers) == [200, 409]
    assert any("merged" in text or "changed in the meantime" in text for status, text in answers if status == 409)
    statuses = sorted(_detail(people[0], one)["status"] for one in pair)
    assert statuses == ["merged", "waiting"]


def test_a_double_press_is_one_merge(agent: Staff, pair: tuple[Case, Case]) -> None:
    first, second = pair
    body = {"into": second.ticket, "version": _detail(agent, first)["version"]}
    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(lambda _: agent.client.post(f"{first.path}/merge", json=body), range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    trail = agent.client.get(f"{second.path}/history").json()["entries"]
    assert [entry["deed"] for entry in trail].count("joined") == 1


def test_another_customers_ticket_is_neither_offered_nor_taken(
    shop: Served, agent: Staff, pair: tuple[Case, Case]
) -> None:
    first, _ = pair
    stranger = _case(shop, f"stranger-{secrets.token_hex(4)}", "Hello")
    refused = agent.client.post(f"{first.path}/merge", json={"into": stranger.ticket})
    assert refused.status_code == 400
    assert "not proven" in refused.json()["detail"]
    assert stranger.visitor.client.post(f"{first.visitor.path}/follow").status_code == 401
    assert agent.client.post(f"{first.path}/merge", json={"into": "nothing"}).status_code == 404
