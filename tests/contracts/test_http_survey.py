"""The survey over HTTP: for the visitor alone, in their language, once for each episode, read at the desk."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from bot.access import Role
from tests.served import Served, Staff, Visitor, stream


def _resolved(visitor: Visitor, agent: Staff) -> str:
    ticket = str(visitor.hand_off("My parcel is late")["ticket"]["id"])
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200
    return ticket


def _due(visitor: Visitor) -> Any:
    return visitor.client.get(f"{visitor.path}/survey").json()["survey"]


def _answer(visitor: Visitor, ticket: str, score: int | None, missing: str = "") -> httpx2.Response:
    body = {"ticket_id": ticket, "score": score, "missing": missing}
    return visitor.client.post(f"{visitor.path}/survey", json=body)


def _mentions(who: Staff) -> list[str]:
    return [ticket["id"] for ticket in who.client.get("/v1/tickets?view=mentions").json()["tickets"]]


def _counted(service: Served) -> float:
    name = 'answerdesk_survey_scores_total{score="2"} '
    lines = service.client().get("/metrics").text.splitlines()
    return next((float(line.removeprefix(name)) for line in lines if line.startswith(name)), 0.0)


def test_a_bad_score_is_kept_counted_and_reviewed_exactly_once(
    service: Served, agent: Staff, lead: Staff
) -> None:
    visitor = service.visitor()
    ticket, before = _resolved(visitor, agent), _counted(service)
    due = _due(visitor)
    asked = [(each["question"], each["text"], each["lowest"], len(each["scores"])) for each in due["asked"]]
    assert asked[0] == ("csat", "How was our help?", 1, 5)
    assert asked[1] == ("nps", "How likely are you to recommend us to somebody you know?", 0, 11)
    assert (due["ticket_id"], len(asked)) == (ticket, 2)
    first = _answer(visitor, ticket, 2, "Nobody called")
    again = _answer(visitor, ticket, 2, "Nobody called")
    assert (first.status_code, again.json()) == (200, first.json())
    assert _answer(visitor, ticket, 5).status_code == 409
    assert _due(visitor) is None
    assert _counted(service) == before + 1
    kept = agent.client.get(f"/v1/tickets/{ticket}").json()["survey"]
    assert (kept["score"], kept["missing"]) == (2, "Nobody called")
    (note,) = agent.client.get(f"/v1/tickets/{ticket}/notes").json()["notes"]
    assert "Person lead" in note["mentioned"]
    assert ticket in _mentions(lead)
    assert ticket not in _mentions(agent)
    page = agent.client.get(f"/console/tickets/{ticket}/packet").text
    assert "2 of 5" in page
    assert "Nobody called" in page


def test_the_visitor_never_hears_of_the_review(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    ticket = _resolved(visitor, agent)
    _answer(visitor, ticket, 1, "zeppelin")
    assert "review" not in visitor.client.get(visitor.path).text
    with stream(visitor.client, f"{visitor.path}/events") as events:
        visitor.say("Thanks")
        for event in events:
            assert event.kind not in ("note", "feedback")
            assert "zeppelin" not in str(event.data)
            if event.kind == "message" and event.data["role"] == "customer" and event.data["text"] == "Thanks":
                break


def test_an_answer_after_the_conversation_went_on_belongs_to_its_episode(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    first = _resolved(visitor, agent)
    visitor.say("It is broken again")
    second = _resolved(visitor, agent)
    assert second != first
    assert _due(visitor)["ticket_id"] == second
    assert _answer(visitor, first, 3).status_code == 200
    assert _due(visitor)["ticket_id"] == second
    assert _answer(visitor, second, None).status_code == 200
    read = {ticket: agent.client.get(f"/v1/tickets/{ticket}").json()["survey"] for ticket in (first, second)}
    assert (read[first]["score"], read[second]["score"]) == (3, None)


def test_nobody_answers_for_somebody_else(service: Served, agent: Staff) -> None:
    visitor, other = service.visitor(), service.visitor()
    ticket = _resolved(visitor, agent)
    assert _answer(other, ticket, 1).status_code == 404
    for client in (other.client, agent.client, service.client()):
        body = {"ticket_id": ticket, "score": 1}
        assert client.post(f"{visitor.path}/survey", json=body).status_code == 401
        assert client.get(f"{visitor.path}/survey").status_code == 401
    assert _due(visitor)["ticket_id"] == ticket


@pytest.mark.parametrize(
    ("language", "spoken", "question"),
    [
        ("de", "de", "Wie war unsere Hilfe?"),
        ("fr", "fr", "Comment était notre aide ?"),
        ("ja", "en", "How was our help?"),
    ],
)
def test_it_is_asked_in_the_language_of_the_conversation_where_there_are_words(
    service: Served, agent: Staff, language: str, spoken: str, question: str
) -> None:
    visitor = service.visitor(language=language)
    ticket = str(visitor.hand_off()["ticket"]["id"])
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={})
    due = _due(visitor)
    assert (due["language"], due["asked"][0]["text"]) == (spoken, question)


def test_it_is_asked_in_the_language_that_the_customer_wrote(service: Served, agent: Staff) -> None:
    visitor = service.visitor(language="en")
    asked = visitor.hand_off("Ich möchte meine Bestellung stornieren, bitte rufen Sie mich zurück")
    ticket = str(asked["ticket"]["id"])
    form = visitor.client.get(f"{visitor.path}/contact").json()["contact"]
    assert (form["language"], form["question"]) == ("de", "Wie erreicht Sie das Team, wenn Sie gehen müssen?")
    agent.client.post(f"/v1/tickets/{ticket}/resolve", json={})
    assert _due(visitor)["asked"][0]["text"] == "Wie war unsere Hilfe?"


def test_none_is_due_before_the_end_or_when_the_bot_got_it_back(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    assert _due(visitor) is None
    ticket = str(visitor.hand_off("My parcel is late")["ticket"]["id"])
    assert _due(visitor) is None
    assert _answer(visitor, ticket, 4).status_code == 409
    agent.client.post(f"/v1/tickets/{ticket}/return", json={})
    assert _due(visitor) is None


def test_what_the_bot_answered_alone_is_asked_about_after_thanks(service: Served, agent: Staff) -> None:
    visitor = service.visitor()
    visitor.say("How do I reset the Hub 2?")
    soon = visitor.client.get(f"{visitor.path}/survey").json()
    assert soon["survey"] is None
    assert 100 < soon["after_seconds"] <= 180
    visitor.say("Thanks, bye")
    due = _due(visitor)
    assert (due["ticket_id"], [each["question"] for each in due["asked"]]) == (None, ["csat"])
    body = {"episode": due["episode"], "score": 1, "missing": "A picture"}
    first, again = (visitor.client.post(f"{visitor.path}/survey", json=body) for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    assert _due(visitor) is None
    other = service.visitor()
    assert other.client.post(f"{other.path}/survey", json=body).status_code == 404
    both = visitor.client.post(f"{visitor.path}/survey", json=body | {"ticket_id": "x"})
    assert (both.status_code, "either" in both.text) == (422, True)
    lead = service.staff(Role.LEAD)
    page = lead.client.get("/console/surveys?days=7").text
    assert "A picture" in page
    assert "How do I reset the Hub 2?" in page
    assert "1 of 5 (CSAT)" in page
    assert agent.client.get("/console/surveys").status_code == 403
