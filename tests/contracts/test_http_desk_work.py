"""Notes, tags, transfer, snooze, views, macros and presence over HTTP: the desk's own, and no customer hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.served import Event, Served, Staff, stream

SECRET = "zeppelin"


def test_what_the_queue_cannot_be_asked_is_named(agent: Staff) -> None:
    refused = agent.client.get("/v1/tickets", params={"limit": "5"})
    assert refused.status_code == 422
    assert "limit" in refused.json()["detail"]


def _post(who: Staff, ticket: str, what: str, **body: object) -> dict[str, object]:
    answer = who.client.post(f"/v1/tickets/{ticket}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _soon(hours: int = 1) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def _ids(who: Staff, **asked: str) -> list[str]:
    return [ticket["id"] for ticket in who.client.get("/v1/tickets", params=asked).json()["tickets"]]


def _until_message(events: Iterator[Event], text: str) -> str:
    """Everything the stream said up to the message."""
    heard = []
    for event in events:
        heard.append(str(event))
        if event.kind == "message" and text in event.data["text"]:
            return "".join(heard)
    raise AssertionError("the stream ended")


def test_nothing_the_desk_does_among_itself_reaches_the_customer(
    service: Served, agent: Staff, lead: Staff
) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off()["ticket"]["id"]
    with (
        stream(visitor.client, f"{visitor.path}/events") as events,
        stream(agent.client, f"/v1/desk/events?ticket={ticket}") as desk,
    ):
        assert next(desk).kind == "presence"
        _post(agent, ticket, "notes", text=f"{SECRET} @{lead.email}")
        _post(agent, ticket, "tags", tag=SECRET)
        _post(agent, ticket, "snooze", until=_soon())
        _post(agent, ticket, "transfer", team="legal")
        _post(agent, ticket, "reply", text="The last word")
        heard = _until_message(events, "The last word")
    heard += visitor.client.get(visitor.path).text
    heard += visitor.say("Thanks").text
    for path in (f"/v1/tickets/{ticket}/notes", f"/v1/tickets/{ticket}", f"/v1/tickets/{ticket}/history"):
        refused = visitor.client.get(path)
        assert refused.status_code == 401
        heard += refused.text
    for word in (SECRET, "legal", "note", "work", "presence", lead.email):
        assert word not in heard
    assert SECRET in agent.client.get(f"/v1/tickets/{ticket}/notes").text


def test_a_mention_reaches_its_person(service: Served, agent: Staff, lead: Staff) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    noted = _post(agent, ticket, "notes", text=f"@{lead.email} please")
    assert noted["mentioned"] == ["Person lead"]
    assert ticket in _ids(lead, view="mentions")
    assert ticket not in _ids(agent, view="mentions")
    (note,) = lead.client.get(f"/v1/tickets/{ticket}/notes").json()["notes"]
    assert (note["author"], note["mentioned"]) == ("Person agent", ["Person lead"])


def test_a_snoozed_ticket_comes_back_when_the_customer_writes(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off("My parcel is late")["ticket"]["id"]
    _post(agent, ticket, "snooze", until=_soon())
    assert ticket not in _ids(agent)
    assert ticket in _ids(agent, view="snoozed")
    visitor.say("Any news?")
    assert ticket in _ids(agent)
    deeds = [entry["deed"] for entry in agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]]
    assert deeds == ["handed_over", "snoozed", "woken"]


def test_views_are_narrowed_and_searched_for_outside_clients(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off("The quokka lamp hums")["ticket"]["id"]
    _post(agent, ticket, "tags", tag="Odd Noise")
    _post(agent, ticket, "transfer", team="devices")
    assert _ids(agent, q="quokka lamp") == _ids(agent, tag="odd-noise") == [ticket]
    assert ticket in _ids(agent, team="devices")
    assert _ids(agent, q="quokka", team="billing") == []
    assert agent.client.get(f"/v1/tickets/{ticket}").json()["tags"] == ["odd-noise"]


def test_after_a_transfer_the_customer_waits_and_the_next_person_goes_on(
    service: Served, agent: Staff, lead: Staff
) -> None:
    visitor = service.visitor()
    ticket = visitor.hand_off()["ticket"]["id"]
    _post(agent, ticket, "reply", text="Hello")
    moved = _post(agent, ticket, "transfer", team="legal")
    assert (moved["assignee"], moved["status"], visitor.read()["state"]) == (None, "waiting", "waiting")
    _post(lead, ticket, "reply", text="I go on")
    assert visitor.read()["state"] == "person"


def test_the_second_to_change_what_both_saw_is_told(service: Served, agent: Staff, lead: Staff) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    seen = agent.client.get(f"/v1/tickets/{ticket}").json()["version"]
    _post(agent, ticket, "transfer", team="legal", version=seen)
    for what, body in (
        ("transfer", {"team": "billing"}),
        ("snooze", {"until": _soon()}),
        ("snooze", {"until": None}),
        ("tags", {"tag": "a"}),
        ("notes", {"text": "a"}),
    ):
        late = lead.client.post(f"/v1/tickets/{ticket}/{what}", json=body | {"version": seen})
        assert (late.status_code, late.json()["error"]) == (409, "conflict")


ODD_TIMES = [_soon(-1), _soon(24 * 91), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x"]


@pytest.mark.parametrize("until", ODD_TIMES, ids=["over", "far away", "first of all", "last of all", "none"])
def test_odd_times_are_refused(service: Served, agent: Staff, until: str) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/snooze", json={"until": until}).status_code in (400, 422)


def test_macros_come_filled_in(service: Served, agent: Staff) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    macros = {text["id"]: text["text"] for text in agent.client.get(f"/v1/tickets/{ticket}/macros").json()["macros"]}
    assert len(macros) >= 8
    assert macros["hello"].startswith("Hello there, this is Person agent from ")
    assert ticket in macros["passed-on"]
    assert "{" not in "".join(macros.values())
    german = service.visitor().hand_off("Ich möchte meine Bestellung stornieren, bitte rufen Sie mich zurück")
    texts = agent.client.get(f"/v1/tickets/{german['ticket']['id']}/macros").json()["macros"]
    assert {text["language"] for text in texts[:8]} == {"de"}
    assert texts[0]["text"].startswith("Guten Tag, hier ist Person agent von ")


def test_who_has_the_ticket_open_is_known_as_long_as_the_stream_lasts(
    service: Served, agent: Staff, lead: Staff
) -> None:
    ticket = service.visitor().hand_off()["ticket"]["id"]
    path = f"/v1/desk/events?ticket={ticket}"

    def people(events: Iterator[Event]) -> list[str]:
        told = next(event for event in events if event.kind == "presence")
        assert (told.id, told.data["ticket_id"]) == (None, ticket)
        return [person["id"] for person in told.data["people"]]

    with stream(agent.client, path) as mine:
        assert people(mine) == [agent.id]
        with stream(lead.client, path) as theirs:
            assert set(people(theirs)) == set(people(mine)) == {agent.id, lead.id}
        assert people(mine) == [agent.id]
    assert agent.client.get("/v1/desk/events?ticket=none").status_code == 404

