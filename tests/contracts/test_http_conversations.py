"""The visitor's routes: shapes, idempotency, durability before the answer, limits of size."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.served import Served, Visitor, serving

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture
def visitor(service: Served) -> Visitor:
    return service.visitor(site="shop", region="US", language="en")


def test_opening_says_that_it_is_automated_and_offers_starters(visitor: Visitor) -> None:
    opened = visitor.opened
    assert opened["state"] == "open"
    assert opened["label"] == "Automated answer"
    assert "automated" in opened["disclosure"]
    assert len(opened["starters"]) >= 3
    assert len(opened["token"]) >= 32


def test_an_answer_names_its_sources_generation_and_that_it_is_automated(visitor: Visitor) -> None:
    answer = visitor.say("How do I set up Hub 2?")
    assert answer.status_code == 201, answer.text
    reply = answer.json()["reply"]
    assert reply["role"] == "bot"
    assert reply["automated"] is True
    turn = reply["turn"]
    assert (turn["decision"], turn["automated"], turn["label"]) == ("answer", True, "Automated answer")
    assert 0 < turn["confidence"] <= 1
    assert turn["generation"]
    source = turn["citations"][0]
    article = visitor.client.get(f"/v1/articles/{source['article_id']}?version={source['version']}").json()
    assert article["text"][source["start"] : source["end"]] == source["quote"]
    assert any(block["cite"] == source["number"] for block in reply["blocks"])


def test_the_same_client_id_is_the_same_message_and_the_same_reply(visitor: Visitor) -> None:
    first = visitor.say("How do I reset Hub 2?", "one")
    again = visitor.say("How do I reset Hub 2?", "one")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(visitor.read()["messages"]) == 2


def test_a_client_id_with_another_text_is_refused(visitor: Visitor) -> None:
    visitor.say("How do I reset Hub 2?", "one")
    refused = visitor.say("Something else", "one")
    assert refused.status_code == 409
    assert refused.json()["error"] == "conflict"


def test_one_message_sent_many_times_at_once_is_stored_and_answered_once(visitor: Visitor) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: visitor.say("How do I reset Hub 2?", "storm"), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert [message["role"] for message in visitor.read()["messages"]] == ["customer", "bot"]


def test_asking_for_a_person_hands_over_with_an_honest_time(visitor: Visitor) -> None:
    body = visitor.say("I want to talk to a person please").json()
    assert body["state"] == "waiting"
    assert body["ticket"]["status"] == "waiting"
    said = visitor.read()
    assert said["messages"][-1]["role"] == "system"
    assert said["messages"][-1]["text"] == body["ticket"]["told"]


def test_a_person_before_the_first_word(visitor: Visitor) -> None:
    handed = visitor.hand_off()
    assert handed["state"] == "waiting"
    assert handed["message"]["text"] == handed["ticket"]["told"]
    assert visitor.hand_off()["ticket"]["id"] == handed["ticket"]["id"]


def test_the_note_given_with_a_handoff_is_the_customers_message(visitor: Visitor) -> None:
    visitor.hand_off("My order FW-123456 never came")
    said = [message["text"] for message in visitor.read()["messages"] if message["role"] == "customer"]
    assert said == ["My order FW-123456 never came"]


def test_a_note_that_shows_nothing_keeps_nobody_from_a_person(visitor: Visitor) -> None:
    assert visitor.hand_off(" \u200b\n")["state"] == "waiting"
    assert [message["role"] for message in visitor.read()["messages"]] == ["system"]


def test_a_note_may_be_as_long_as_a_message(visitor: Visitor) -> None:
    refused = visitor.client.post(f"{visitor.path}/handoff", json={"note": "a" * 4001})
    assert refused.status_code == 413
    assert visitor.hand_off("a" * 4000)["state"] == "waiting"


def test_while_a_person_has_it_the_bot_is_silent(visitor: Visitor) -> None:
    visitor.hand_off()
    answer = visitor.say("How do I reset Hub 2?")
    assert answer.status_code == 201
    assert answer.json()["reply"] is None


def test_secrets_are_masked_before_they_are_stored_or_shown(visitor: Visitor) -> None:
    shown = visitor.say("my card is 4111 1111 1111 1111").json()["message"]["text"]
    assert "4111" not in shown
    assert "removed" in shown


def test_messages_are_as_long_as_configured_and_no_longer(visitor: Visitor) -> None:
    assert visitor.say("a" * 4000).status_code == 201
    refused = visitor.say("a" * 4001)
    assert refused.status_code == 413
    assert "4000" in refused.json()["detail"]


def test_a_huge_body_is_refused_unread(visitor: Visitor) -> None:
    refused = visitor.client.post(f"{visitor.path}/messages", content=b"[" * 2_000_000)
    assert refused.status_code == 413
    assert refused.json()["error"] == "too_large"


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": "a", "text": ""},
        {"client_id": "a", "text": "   "},
        {"client_id": "a", "text": "\u200b\u2060\u3164\ufe0f"},
        {"client_id": "", "text": "hello"},
        {"client_id": "a b", "text": "hello"},
        {"client_id": "reply:1", "text": "hello"},
        {"client_id": "a" * 65, "text": "hello"},
        {"client_id": "a", "text": "hello", "role": "agent"},
        {"client_id": "a", "text": 5},
        {"text": "hello"},
        [],
    ],
)
def test_bad_messages_are_refused_with_a_sentence(visitor: Visitor, body: object) -> None:
    refused = visitor.client.post(f"{visitor.path}/messages", json=body)
    assert refused.status_code in (400, 422)
    assert set(refused.json()) == {"error", "detail"}
    assert visitor.read()["messages"] == []


def test_thumbs_replace_thumbs_and_belong_to_a_message_of_the_conversation(visitor: Visitor) -> None:
    reply = visitor.say("How do I set up Hub 2?").json()["reply"]
    given = {"kind": "thumbs", "score": 1, "message_id": reply["id"]}
    first = visitor.client.post(f"{visitor.path}/feedback", json=given)
    again = visitor.client.post(f"{visitor.path}/feedback", json=given | {"score": -1})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    elsewhere = visitor.client.post(f"{visitor.path}/feedback", json=given | {"message_id": reply["id"] + 10_000})
    assert elsewhere.status_code == 404
    wrong = visitor.client.post(f"{visitor.path}/feedback", json={"kind": "csat", "score": 7})
    assert wrong.status_code == 400


def test_conversations_of_two_visitors_are_apart(service: Served, visitor: Visitor) -> None:
    other = service.visitor()
    visitor.say("How do I reset Hub 2?")
    assert other.read()["messages"] == []
    stolen = other.client.get(visitor.path)
    assert stolen.status_code == 401
    unknown = other.client.get("/v1/conversations/000000000000000000000000")
    assert unknown.json() == stolen.json(), "an answer must not tell which conversations exist"


def test_everything_is_there_after_a_restart(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path) as first:
        visitor = first.visitor()
        visitor.say("How do I reset Hub 2?")
        before = visitor.read()
    with serving(small_index, tmp_path) as second:
        client = second.client(Authorization=f"Bearer {visitor.token}")
        assert client.get(visitor.path).json() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status", "code", "said"),
    [
        ("GET", "/nope", b"", JSON, 404, "not_found", "/docs"),
        ("PUT", "/v1/search", b"", JSON, 405, "method_not_allowed", "takes POST only"),
        ("POST", "/v1/search", b"query=hub", FORM, 415, "unsupported_media_type", JSON),
        ("POST", "/v1/search", b'{"query": "hub"}', "text/plain", 415, "unsupported_media_type", JSON),
        ("POST", "/v1/search", b'{"query": hub}', JSON, 422, "invalid_request", "no JSON: Expecting value, at"),
        ("POST", "/v1/search", b'{"query": "\xff"}', JSON, 400, "bad_request", "UTF-8"),
    ],
)
def test_what_the_framework_refuses_has_the_one_shape_and_says_what_to_do(
    service: Served, method: str, path: str, body: bytes, kind: str, status: int, code: str, said: str
) -> None:
    answer = service.client().request(method, path, content=body, headers={"Content-Type": kind})
    told = answer.json()
    assert (answer.status_code, set(told), told["error"]) == (status, {"error", "detail"}, code)
    assert said in told["detail"]


def test_what_needs_no_word_needs_no_body(service: Served) -> None:
    opened = service.client().post("/v1/conversations")
    assert opened.status_code == 201
    visitor = service.client(Authorization=f"Bearer {opened.json()['token']}")
    ticket = visitor.post(f"/v1/conversations/{opened.json()['id']}/handoff").json()["ticket"]["id"]
    agent = service.staff().client
    for deed in ("claim", "unassign", "claim", "resolve", "reopen", "return"):
        assert agent.post(f"/v1/tickets/{ticket}/{deed}").status_code == 200, deed


def test_request_ids_are_given_back_and_never_taken_blindly(service: Served) -> None:
    client = service.client()
    given = secrets.token_hex(8)
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    forged = client.get("/healthz", headers={"X-Request-ID": 'a" onload="x'}).headers["X-Request-ID"]
    assert "onload" not in forged
