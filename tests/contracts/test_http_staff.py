"""Signing in, sessions, cookies and the desk's work over HTTP."""

from __future__ import annotations

from pathlib import Path

from bot.access import Role
from bot.desk import accounts
from tests.served import PASSWORD, Served, Staff, serving


def test_wrong_password_and_unknown_address_are_refused_alike(service: Served, agent: Staff) -> None:
    client = service.client()
    wrong = client.post("/v1/session", json={"email": agent.email, "password": "not the password"})
    unknown = client.post("/v1/session", json={"email": "nobody@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path, cookie_secure=True) as served:
        with served.database.transaction() as tx:
            accounts.add(tx, "a@example.com", "A", Role.AGENT, PASSWORD)
        signed = served.client().post("/v1/session", json={"email": "a@example.com", "password": PASSWORD})
    cookie = signed.headers["set-cookie"]
    assert cookie.startswith("__Host-answerdesk=")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Domain" not in cookie


def test_signing_out_ends_the_session_on_the_server(service: Served) -> None:
    agent = service.staff()
    kept = dict(agent.client.cookies)
    assert agent.client.get("/v1/session").json()["account"]["id"] == agent.id
    assert agent.client.delete("/v1/session").status_code == 204
    assert not dict(agent.client.cookies)
    agent.client.cookies.update(kept)
    assert agent.client.get("/v1/tickets").status_code == 401


def test_a_disabled_person_is_out_at_the_next_request(service: Served) -> None:
    agent = service.staff()
    assert agent.client.get("/v1/tickets").status_code == 200
    with service.database.transaction() as tx:
        accounts.disable(tx, agent.email)
    assert agent.client.get("/v1/tickets").status_code == 401


def test_two_people_claiming_at_once_the_second_is_told_who_was_first(service: Served, agent: Staff) -> None:
    second = service.staff(Role.LEAD)
    ticket = service.visitor().hand_off()["ticket"]["id"]
    version = agent.client.get(f"/v1/tickets/{ticket}").json()["version"]
    claimed = agent.client.post(f"/v1/tickets/{ticket}/claim", json={"version": version})
    assert (claimed.status_code, claimed.json()["assignee"]) == (200, agent.id)
    late = second.client.post(f"/v1/tickets/{ticket}/claim", json={"version": version})
    assert late.status_code == 409
    assert "Person agent" in late.json()["detail"]
    taken = second.client.post(f"/v1/tickets/{ticket}/claim", json={"take_over": True})
    assert taken.json()["assignee"] == second.id


def test_a_ticket_carries_packet_transcript_and_the_honest_time(service: Served, agent: Staff) -> None:
    visitor = service.visitor(region="US", plan="plus")
    visitor.say("My order FW-123456 never arrived, I want to talk to a person")
    ticket_id = visitor.read()["ticket"]["id"]
    assert ticket_id in [each["id"] for each in agent.client.get("/v1/tickets").json()["tickets"]]
    detail = agent.client.get(f"/v1/tickets/{ticket_id}").json()
    assert {"kind": "order", "value": "FW-123456", "turn": 0} in detail["packet"]["facts"]
    assert detail["messages"] == visitor.read()["messages"]
    assert detail["packet"]["target"]["told_customer"] == visitor.read()["ticket"]["told"]
    assert detail["customer"] is None


def test_a_repeated_reply_is_one_message(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off()["ticket"]["id"]
    given = {"text": "Hello, I am Sam.", "client_id": "r1"}
    first = agent.client.post(f"/v1/tickets/{ticket}/reply", json=given).json()
    again = agent.client.post(f"/v1/tickets/{ticket}/reply", json=given).json()
    assert first["message"] == again["message"]
    assert [each["role"] for each in visitor.read()["messages"]].count("agent") == 1
    assert agent.id not in visitor.client.get(visitor.path).text


def test_claim_reply_return_and_resolve_move_the_conversation(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off()["ticket"]["id"]
    states = [visitor.read()["state"]]
    for verb, body in (("claim", {}), ("reply", {"text": "Hello"}), ("return", {"note": "answered"})):
        agent.client.post(f"/v1/tickets/{ticket}/{verb}", json=body).raise_for_status()
        states.append(visitor.read()["state"])
    assert states == ["waiting", "person", "person", "open"]
    assert visitor.say("thanks").json()["reply"] is not None
    second = visitor.hand_off()["ticket"]["id"]
    assert second != ticket
    agent.client.post(f"/v1/tickets/{second}/resolve", json={}).raise_for_status()
    assert visitor.read()["state"] == "resolved"
    closed = agent.client.post(f"/v1/tickets/{second}/claim", json={})
    assert closed.status_code == 409


def test_the_queue_is_by_status(service: Served, agent: Staff) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).raise_for_status()
    listed = {
        status: [each["id"] for each in agent.client.get(f"/v1/tickets?status={status}").json()["tickets"]]
        for status in ("waiting", "claimed", "resolved")
    }
    assert ticket in listed["resolved"]
    assert ticket not in listed["waiting"] + listed["claimed"]
    assert agent.client.get("/v1/tickets?status=nonsense").status_code == 422
