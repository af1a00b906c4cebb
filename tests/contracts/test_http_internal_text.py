"""Words for staff only leave the desk knowingly or not at all: the service looks at the text, whoever sends it."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from tests.conftest import ROOT
from tests.served import Served, Staff

SECRET = "Nobody outside of legal may know that claims below 500 are usually paid."
OTHER = "Prefer store credit. Offer card money only if the customer declines credit."
REFUND = "What refund limit may be given without approval?"
MOST_MILLISECONDS = 10


@pytest.fixture
def ticket(service: Served) -> str:
    return str(service.visitor().hand_off(REFUND)["ticket"]["id"])


def _reply(agent: Staff, ticket: str, text: str, **more: Any) -> httpx2.Response:
    return agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": text} | more)


def _released(agent: Staff, ticket: str) -> list[str]:
    entries = agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]
    return [entry["detail"] for entry in entries if entry["deed"] == "released_internal"]


def _said(agent: Staff, ticket: str) -> list[str]:
    detail = agent.client.get(f"/v1/tickets/{ticket}").json()
    return [message["text"] for message in detail["messages"] if message["role"] == "agent"]


def test_internal_text_that_nobody_declared_is_kept_back_and_its_release_is_logged(agent: Staff, ticket: str) -> None:
    text = f"Hello Ana,\n\n{SECRET.upper()}\n\nBest wishes"
    for claimed in ({}, {"release_internal": True}, {"release_articles": ["int-refund-authority"]}):
        refused = _reply(agent, ticket, text, confirmed=False, **claimed)
        assert (refused.status_code, refused.json()["error"]) == (409, "contains_internal")
        assert "int-legal-handling" in refused.json()["detail"]
        assert "CLAIMS BELOW 500" in refused.json()["detail"]
    assert _said(agent, ticket) == _released(agent, ticket) == []
    (found,) = agent.client.post(f"/v1/tickets/{ticket}/reply/check", json={"text": text}).json()["internal"]
    assert found["article_id"] == "int-legal-handling"
    body = {"client_id": "r1", "release_articles": [found["article_id"]]}
    assert _reply(agent, ticket, text, **body).status_code == 200
    assert _reply(agent, ticket, text, client_id="r1").status_code == 200, "the same again is no new reply"
    assert _said(agent, ticket) == [text]
    assert _released(agent, ticket) == [found["title"]]


def test_the_release_of_a_suggestion_lets_out_no_other_article(agent: Staff, ticket: str) -> None:
    suggested = agent.client.get(f"/v1/tickets/{ticket}/suggestions").json()["suggestions"]
    internal = next(one for one in suggested if one["article_id"] == "int-refund-authority")
    named = {"suggestion_id": internal["id"], "release_internal": True}
    refused = _reply(agent, ticket, f"{internal['text']}\n\n{SECRET}", **named)
    assert (refused.status_code, refused.json()["error"]) == (409, "contains_internal")
    assert internal["title"] not in refused.json()["detail"]
    assert _reply(agent, ticket, internal["text"], **named).status_code == 200
    assert _released(agent, ticket) == [internal["title"]]


def test_what_a_public_article_says_too_is_sent_at_once(agent: Staff, ticket: str) -> None:
    public = (ROOT / "data" / "kb" / "returns" / "returns-us.md").read_text().partition("\n---\n")[2]
    assert _reply(agent, ticket, public[:3000]).status_code == 200
    assert _released(agent, ticket) == []


def test_a_long_reply_is_looked_through_within_ten_milliseconds(service: Served) -> None:
    live, text = service.app.state.service.assistant.live, f"{SECRET} {OTHER} " * 27
    live.internal_words(text)
    spent = []
    for _ in range(20):
        began = time.process_time()
        live.internal_words(text)
        spent.append(1000 * (time.process_time() - began))
    print(f"{len(text)} characters: {sorted(spent)[10]:.2f} ms at the median")
    assert sorted(spent)[10] <= MOST_MILLISECONDS
