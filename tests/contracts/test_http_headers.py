"""What browsers are told: policies, other origins, caches; and what is never said in an error or a log."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from bot.api import search
from bot.api.log_lines import configure
from bot.app import ROUTERS
from tests.patience import until
from tests.served import Served, serving

SITE = "https://shop.example"
SAME_FOR_HEAD = ("Content-Type", "Cache-Control", "ETag", "Location", "Content-Security-Policy")


@pytest.fixture(scope="module")
def embedded(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that one website embeds."""
    with serving(small_index, tmp_path_factory.mktemp("embedded"), site_origins=SITE) as served:
        yield served


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/v1/tickets", "/nope", "/docs", "/metrics"])
def test_every_response_forbids_sniffing_framing_and_caching(service: Served, path: str) -> None:
    headers = service.client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "server" not in headers


def test_pages_run_no_inline_script_and_nothing_from_other_hosts(service: Served) -> None:
    policy = service.client().get("/docs").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_only_the_configured_website_may_frame_the_chat(service: Served, embedded: Served) -> None:
    framed = embedded.client().get("/widget/frame.html").headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {SITE}" in framed
    alone = service.client().get("/widget/frame.html").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self';" in alone + ";"
    assert SITE not in alone


@pytest.mark.parametrize(("origin", "allowed"), [(SITE, True), ("https://evil.example", False), ("null", False)])
def test_scripts_of_other_websites_are_kept_out(embedded: Served, origin: str, allowed: bool) -> None:
    asked = embedded.client().options(
        "/v1/conversations",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert (asked.headers.get("Access-Control-Allow-Origin") == origin) is allowed
    assert "Access-Control-Allow-Credentials" not in asked.headers
    answer = embedded.client().post("/v1/conversations", json={}, headers={"Origin": origin})
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_a_listed_website_may_use_every_route_of_a_visitor(embedded: Served) -> None:
    for method in {method for router in ROUTERS for method in _methods(router, "/v1/conversations")} | {"HEAD"}:
        asked = {"Origin": SITE, "Access-Control-Request-Method": method}
        preflight = embedded.client().options("/v1/conversations/x/devices", headers=asked)
        assert (preflight.status_code, method) == (200, method), preflight.text


def _methods(router: APIRouter, below: str) -> Iterator[str]:
    for route in router.routes:
        if isinstance(route, APIRoute) and route.path.startswith(below):
            yield from route.methods


def test_head_is_get_without_its_body_on_every_route(service: Served) -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    paths = [route.path for route in routes if "GET" in route.methods and "{" not in route.path]
    assert {"/healthz", "/readyz", "/help", "/robots.txt", "/console", "/v1/tickets"} <= set(paths)
    client = service.client()
    for path in (*paths, "/widget/loader.js"):
        head, got = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        of_both = [{name: told.headers.get(name) for name in SAME_FOR_HEAD} for told in (head, got)]
        assert of_both[0] == of_both[1], path
    assert client.head("/v1/search").status_code == 405
    assert client.head("/nowhere").status_code == 404


def test_head_of_an_event_stream_ends_and_leaves_none_open(service: Served) -> None:
    staff = service.staff()
    ended = 'answerdesk_requests_total{method="GET",route="/v1/desk/events",status="200"}'
    before = _figures(service).get(ended, 0)
    answer = staff.client.head("/v1/desk/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    until(lambda: _figures(service).get(ended, 0) == before + 1)
    assert _figures(service)['answerdesk_streams{audience="desk"}'] == 0


def test_without_configured_websites_no_other_origin_is_allowed(service: Served) -> None:
    answer = service.client().post("/v1/conversations", json={}, headers={"Origin": SITE})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_unexpected_error_says_nothing_of_what_broke(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2 in /srv/secret.py")

    monkeypatch.setattr(search, "search", broken)
    answer = service.client().post("/v1/search", json={"query": "hub"})
    assert answer.status_code == 500
    assert answer.json()["error"] == "internal"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_database_outage_is_a_503_with_a_sentence(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise SQLAlchemyError("SELECT * FROM customers WHERE email = 'jo@example.com'")

    monkeypatch.setattr("bot.desk.queue.find", away)
    answer = service.staff().client.get("/v1/tickets")
    assert answer.status_code in (500, 503)
    assert "jo@example.com" not in answer.text


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Puts the logging of the test run back afterwards."""
    configured, handlers = structlog.get_config(), list(logging.getLogger().handlers)
    yield
    structlog.configure(**configured)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.usefixtures("own_logging")
def test_the_log_has_codes_and_no_words_of_anybody(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure("INFO")
        visitor = service.visitor(site="secret-site.example")
        visitor.say("My name is Zebulon and my card is 4111 1111 1111 1111, zebulon@example.com")
        visitor.hand_off("Zebulon again")
        service.staff().client.get("/v1/tickets?status=waiting")
        service.client().post("/v1/search?q=Zebulon", json={"query": "Zebulon"})
        service.client().get("/help/search?q=Zebulon")
        service.client().post("/help/a/reset-hub-2", data={"useful": "yes", "comment": "Zebulon"})
        service.client().get("/Zebulon@example.com")
        until(lambda: '"route": "none"' in written.getvalue())  # a line is written after its response was sent
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    routes = {line.get("route") for line in lines}
    assert {"/v1/conversations/{conversation_id}/messages", "/v1/tickets", "/v1/search", "none"} <= routes
    assert "/help/search" in routes
    judged = next(line for line in lines if line["event"] == "article_judged")
    assert (judged["article"], judged["useful"]) == ("reset-hub-2", "yes")
    for word in ("ebulon", "4111", "secret-site", visitor.token, "a long enough"):
        assert word not in written.getvalue()
    assert all(line["request_id"] for line in lines if line["event"] == "request")


@pytest.mark.usefixtures("own_logging")
def test_one_conversation_is_followed_through_the_log(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure("INFO")
        visitor = service.visitor()
        asked = visitor.client.headers["X-Request-ID"] = "request-of-the-test"
        turn = visitor.say("I want to talk to a person please").json()
        stranger = service.client(Authorization="Bearer wrong").get(visitor.path)
        assert stranger.status_code == 401
        service.client().get("/v1/conversations/anna-arnold")
        until(lambda: written.getvalue().count('"route": "/v1/conversations/{conversation_id}"') == 2)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    mine = {line["event"]: line for line in lines if line.get("request_id") == asked}
    told = {name: line["message"] for name, line in mine.items() if "message" in line}
    assert told["decided"] == turn["message"]["id"] < told["message_stored"]
    assert (mine["decided"]["decision"], mine["decided"]["reason"]) == ("handoff", "asked_for_person")
    assert mine["handed_over"]["ticket"] == turn["ticket"]["id"]
    assert {line["conversation"] for line in mine.values()} == {visitor.id}
    stored = [line["by"] for line in lines if line["event"] == "message_stored"]
    assert stored == ["customer", "system"]
    refused = next(line for line in lines if line["event"] == "refused")
    assert (refused["status"], refused["why"]) == (401, "This needs the token of this conversation.")
    of_it = next(line for line in lines if line["event"] == "request" and line["request_id"] == refused["request_id"])
    assert (of_it["status"], of_it["conversation"]) == (401, visitor.id)
    assert "arnold" not in written.getvalue(), "what a stranger types into a path is no id of ours"


def test_the_figures_count_requests_turns_and_handoffs(service: Served) -> None:
    visitor = service.visitor()
    before = _figures(service)
    visitor.say("thanks")
    visitor.say("I want to talk to a person please")
    after = _figures(service)
    answered = 'answerdesk_turns_total{decision="answer",reason="none"}'
    handed = 'answerdesk_handoffs_total{reason="asked_for_person"}'
    assert after[answered] == before.get(answered, 0) + 1
    assert after[handed] == before.get(handed, 0) + 1
    assert after["answerdesk_events"] > before["answerdesk_events"]
    assert after["answerdesk_turn_seconds_count"] == before["answerdesk_turn_seconds_count"] + 2
    generation = service.client().get("/readyz").json()["generation"]
    assert after[f'answerdesk_generation{{generation="{generation}"}}'] == 1
    assert after["answerdesk_index_alarm"] == 0
    assert 'answerdesk_outbox{state="waiting"}' in after


def test_every_handoff_is_counted_once_whatever_led_to_it(service: Served) -> None:
    before = _figures(service)
    service.visitor().hand_off()
    talks = service.visitor()
    talks.say("Where is my order FW-123456?")
    talks.hand_off("It is late")
    talks.hand_off()  # of the ticket that waits
    after = _figures(service)
    names = (name for name in after if name.startswith("answerdesk_handoffs_total"))
    assert {name: more for name in names if (more := after[name] - before.get(name, 0))} == {
        'answerdesk_handoffs_total{reason="first_click"}': 1,
        'answerdesk_handoffs_total{reason="asked_for_person"}': 1,
    }


def _figures(service: Served) -> dict[str, float]:
    lines = service.client().get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}
