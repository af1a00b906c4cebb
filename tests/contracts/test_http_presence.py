"""Who is writing, and how far each side has read: shown while it holds, never a message, nothing lost on reconnect."""

from __future__ import annotations

from tests.served import Served, Staff, Visitor, stream


def _with_person(service: Served) -> tuple[Visitor, str]:
    visitor = service.visitor()
    return visitor, visitor.hand_off("My lamp is broken")["ticket"]["id"]


def test_each_side_sees_the_other_write(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    with (
        stream(visitor.client, f"{visitor.path}/events") as customer,
        stream(agent.client, "/v1/desk/events") as desk,
    ):
        assert visitor.client.post(f"{visitor.path}/typing").status_code == 204
        told = next(event for event in desk if event.kind == "typing")
        assert told.data == {"by": "customer", "author": None, "conversation_id": visitor.id}
        assert agent.client.post(f"/v1/tickets/{ticket}/typing").status_code == 204
        shown = next(event for event in customer if event.kind == "typing")
    assert shown.data == {"by": "agent", "author": "Person agent", "conversation_id": visitor.id}
    assert (told.id, shown.id) == (None, None), "a whisper: nothing to come back to"
    assert len(visitor.read()["messages"]) == 2


def test_a_customers_own_pages_and_other_customers_are_not_told(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    with stream(visitor.client, f"{visitor.path}/events?after={visitor.read()['last_event_id']}") as events:
        visitor.client.post(f"{visitor.path}/typing").raise_for_status()
        _with_person(service)[0].client.post(f"{visitor.path}/typing")
        agent.client.post(f"/v1/tickets/{ticket}/typing").raise_for_status()
        assert next(events).data["by"] == "agent"


def test_the_bot_is_nobody_to_write_to(service: Served, agent: Staff) -> None:
    alone, (with_person, _) = service.visitor(), _with_person(service)
    with stream(agent.client, "/v1/desk/events") as desk:
        assert alone.client.post(f"{alone.path}/typing").status_code == 204
        with_person.client.post(f"{with_person.path}/typing").raise_for_status()
        assert next(event for event in desk if event.kind == "typing").data["conversation_id"] == with_person.id


def test_whoever_could_not_reply_does_not_show_as_writing(service: Served, agent: Staff) -> None:
    _, ticket = _with_person(service)
    agent.client.post(f"/v1/tickets/{ticket}/claim", json={}).raise_for_status()
    assert service.staff().client.post(f"/v1/tickets/{ticket}/typing").status_code == 409
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).raise_for_status()
    assert agent.client.post(f"/v1/tickets/{ticket}/typing").status_code == 409


def test_how_far_each_side_has_read_is_an_event_and_part_of_the_state(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    said = visitor.read()["messages"][0]["id"]
    before = visitor.read()
    assert before["read"] == []
    agent.client.post(f"/v1/tickets/{ticket}/read", json={"message_id": said}).raise_for_status()
    reply = agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "Hello"}).json()["message"]["id"]
    visitor.client.post(f"{visitor.path}/read", json={"message_id": reply}).raise_for_status()
    # Going back, and saying it twice, is no news.
    for client, path in ((visitor.client, visitor.path), (agent.client, f"/v1/tickets/{ticket}")):
        client.post(f"{path}/read", json={"message_id": said}).raise_for_status()
    now = visitor.read()
    with stream(visitor.client, f"{visitor.path}/events?after={before['last_event_id']}") as events:
        heard = []
        for event in events:
            heard += [event.data] if event.kind == "read" else []
            if event.id == now["last_event_id"]:
                break
    assert [(each["reader"], each["message_id"]) for each in heard] == [("desk", said), ("customer", reply)]
    assert {each["reader"]: each["message_id"] for each in now["read"]} == {"customer": reply, "desk": said}
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["read"] == now["read"]
    assert len(now["messages"]) == 3


def test_a_mark_needs_a_message_of_the_conversation(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    other = _with_person(service)[0].read()["messages"][0]["id"]
    assert visitor.client.post(f"{visitor.path}/read", json={"message_id": other}).status_code == 404
    assert agent.client.post(f"/v1/tickets/{ticket}/read", json={"message_id": other}).status_code == 404


def test_a_look_at_a_closed_ticket_is_not_told(service: Served, agent: Staff) -> None:
    visitor, ticket = _with_person(service)
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).raise_for_status()
    said = visitor.read()["messages"][0]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/read", json={"message_id": said}).status_code == 204
    assert visitor.read()["read"] == []
