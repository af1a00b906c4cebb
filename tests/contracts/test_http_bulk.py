"""One thing done to several tickets: each has its own outcome, and what changed since it was seen is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.access import Role
from tests.served import Served, Staff


def _ticket(service: Served, agent: Staff) -> dict[str, Any]:
    ticket = service.visitor().hand_off("My lamp hums")["ticket"]["id"]
    return agent.client.get(f"/v1/tickets/{ticket}").json()


def _bulk(agent: Staff, tickets: list[dict[str, Any]], deed: str, **more: Any) -> list[dict[str, Any]]:
    chosen = [{"id": ticket["id"], "version": ticket["version"]} for ticket in tickets]
    answer = agent.client.post("/v1/tickets/bulk", json={"tickets": chosen, "deed": deed} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def _now(agent: Staff, ticket: dict[str, Any]) -> dict[str, Any]:
    return agent.client.get(f"/v1/tickets/{ticket['id']}").json()


def test_what_is_refused_holds_up_no_other_and_leaves_nothing_behind(service: Served, agent: Staff) -> None:
    first, changed, taken, last = (_ticket(service, agent) for _ in range(4))
    colleague = service.staff()
    agent.client.post(f"/v1/tickets/{changed['id']}/tags", json={"tag": "late"}).raise_for_status()
    colleague.client.post(f"/v1/tickets/{taken['id']}/claim", json={}).raise_for_status()
    before = [_now(agent, changed), _now(agent, taken)]
    gone = {"id": "f" * 24, "version": 1}
    results = _bulk(agent, [first, changed, before[1], gone, last], "resolve", note="Storm is over")
    assert [result["id"] for result in results] == [one["id"] for one in (first, changed, taken, gone, last)]
    assert [result["error"] for result in results] == [None, "conflict", "conflict", "not_found", None]
    assert results[1]["detail"] == "The ticket changed in the meantime; load it again."
    assert "working on this ticket" in results[2]["detail"]
    assert [_now(agent, one)["status"] for one in (first, last)] == ["resolved", "resolved"]
    assert [_now(agent, changed), _now(agent, taken)] == before
    trail = agent.client.get(f"/v1/tickets/{first['id']}/history").json()["entries"]
    assert trail[-1]["detail"] == "Storm is over"


def test_each_deed_does_what_it_does_to_one(service: Served, agent: Staff) -> None:
    tickets = [_ticket(service, agent) for _ in range(2)]
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    for deed, more in (("tag", {"tag": "Storm"}), ("snooze", {"until": until}), ("assign", {})):
        results = _bulk(agent, tickets, deed, **more)
        assert [result["error"] for result in results] == [None, None], deed
        tickets = [result["ticket"] for result in results]
    for ticket in tickets:
        now = _now(agent, ticket)
        assert (now["tags"], now["assignee"], now["status"]) == (["storm"], agent.id, "claimed")
        assert now["snoozed_until"] > datetime.now(UTC).isoformat()
        assert now["version"] == ticket["version"]


def test_a_ticket_is_given_to_a_colleague_and_the_trail_says_by_whom(service: Served, agent: Staff) -> None:
    ticket, lead = _ticket(service, agent), service.staff(Role.LEAD)
    (result,) = _bulk(agent, [ticket], "assign", account_id=lead.id)
    assert result["ticket"]["assignee"] == lead.id
    trail = agent.client.get(f"/v1/tickets/{ticket['id']}/history").json()["entries"]
    told = [(entry["by"], entry["deed"], entry["detail"]) for entry in trail]
    assert told == [(None, "handed_over", ""), ("Person agent", "assigned", "Person lead")]
    (refused,) = _bulk(agent, [result["ticket"]], "assign", account_id=service.staff(Role.CONTENT).id)
    assert refused["error"] == "bad_request"


def test_a_ticket_named_twice_is_done_once(service: Served, agent: Staff) -> None:
    ticket = _ticket(service, agent)
    assert [result["error"] for result in _bulk(agent, [ticket, ticket], "tag", tag="a")] == [None]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"tickets": [], "deed": "resolve"}, 422),
        ({"tickets": [{"id": "a", "version": 1}] * 101, "deed": "resolve"}, 422),
        ({"tickets": [{"id": "a", "version": 0}], "deed": "resolve"}, 422),
        ({"tickets": [{"id": "a", "version": 1}], "deed": "delete"}, 422),
        ({"tickets": [{"id": "a", "version": 1}], "deed": "tag"}, 400),
        ({"tickets": [{"id": "a", "version": 1}], "deed": "snooze"}, 400),
        ({"tickets": [{"id": "a", "version": 1}], "deed": "assign", "account_id": "nobody"}, 404),
    ],
)
def test_a_selection_that_means_nothing_is_refused_whole(agent: Staff, body: dict[str, Any], status: int) -> None:
    assert agent.client.post("/v1/tickets/bulk", json=body).status_code == status
