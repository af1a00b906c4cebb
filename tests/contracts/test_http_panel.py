"""The panel inside another help desk: who may frame it, what opens it, and that it says what /v1/suggest says."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from bot.access import Role
from tests.contracts.panel_passes import of_staff, signed
from tests.served import SERVICE_KEY, Served, serving

DESK = "https://chat.example"
QUESTION = "How do I reset Hub 2?"
INTERNAL = "How much may an agent refund without approval?"
SOURCE = re.compile(r'data-source="([^"]+)"')
TEXT = re.compile(r'data-text="([^"]+)"')


@pytest.fixture(scope="module")
def embedded(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose panel one help desk shows, and that a website embeds."""
    folder = tmp_path_factory.mktemp("panel")
    file = folder / "connections.yaml"
    file.write_text(yaml.safe_dump({"panel_origins": [DESK]}))
    with serving(
        small_index, folder, connections_file=str(file), service_keys=SERVICE_KEY, site_origins="https://shop.example"
    ) as served:
        yield served


def _asked(client: httpx2.Client, text: str = QUESTION, **more: Any) -> httpx2.Response:
    return client.post("/assist/suggestions", json={"context": [{"role": "customer", "text": text}]} | more)


def _holding(service: Served, shown: str) -> httpx2.Client:
    return service.client(Authorization=f"Bearer {shown}")


def test_only_the_named_help_desk_may_frame_the_panel(service: Served, embedded: Served) -> None:
    page = embedded.client().get("/assist/panel")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {DESK}" in policy
    assert f'data-origins="{DESK}"' in page.text
    assert "https://shop.example" not in policy + page.text, "websites with the chat are no help desks"
    alone = service.client().get("/assist/panel").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in alone
    assert "http" not in alone


def test_the_rest_of_the_console_and_the_signing_in_is_framed_by_nobody(embedded: Served) -> None:
    for path in ("/assist/sign-in", "/console", "/console/library"):
        for client in (embedded.client(), embedded.staff().client):
            assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


def test_the_page_runs_own_scripts_only_and_holds_nothing_of_anybody(embedded: Served) -> None:
    page = embedded.staff(Role.LEAD).client.get("/assist/panel")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "csrf" not in page.text
    assert "Person" not in page.text


@pytest.mark.parametrize("origin", [DESK, "https://shop.example", "https://evil.example", "null"])
def test_no_script_of_another_origin_reads_a_pass(embedded: Served, origin: str) -> None:
    answer = embedded.staff().client.get("/assist/sign-in", headers={"Origin": origin})
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_the_panel_shows_what_the_other_help_desk_would_be_answered(embedded: Served) -> None:
    asked = {"context": [{"role": "customer", "text": INTERNAL}]}
    client = _holding(embedded, SERVICE_KEY)
    answered = client.post("/v1/suggest", json=asked).json()["suggestions"]
    shown = client.post("/assist/suggestions", json=asked).text
    assert {html.unescape(text) for text in TEXT.findall(shown)} == {each["text"] for each in answered}
    assert shown.count("Internal, staff only") == sum(each["visibility"] == "internal" for each in answered) > 0


def test_a_source_is_shown_with_the_exact_span(embedded: Served) -> None:
    client = _holding(embedded, signed())
    best = client.post("/assist/suggestions", json={"context": [{"role": "customer", "text": QUESTION}]}).text
    address = html.unescape(SOURCE.findall(best)[0])
    assert address.startswith("/assist/articles/")
    page = client.get(address)
    assert page.status_code == 200
    assert 'class="marked"' in page.text
    assert _holding(embedded, "x").get(address).status_code == 401


def test_a_greeting_needs_no_suggestion(embedded: Served) -> None:
    shown = _asked(embedded.staff().client, "Thank you so much!").text
    assert "No suggestion needed" in shown
    assert "data-offer" not in shown
    assert "No suggestion needed" not in _asked(embedded.staff().client).text


def test_a_draft_that_asks_again_is_told_of(embedded: Served) -> None:
    said = [{"role": "customer", "text": "My order FW-204518 has not arrived."}]
    client = _holding(embedded, signed())

    def told(draft: str) -> str:
        return client.post("/assist/repeats", json={"context": said, "draft": draft}).text

    for draft in ("What is your order number?", "Wie lautet Ihre Bestellnummer?", "¿Cuál es su número de pedido?"):
        assert "order number <bdi>FW-204518</bdi>." in told(draft)
    assert told("I look into it.").strip() == told(" FW-204518?").strip() == ""
    assert client.post("/assist/repeats", json={"context": said}).status_code == 200


def test_the_pass_of_a_person_ends_with_their_session(embedded: Served) -> None:
    person = embedded.staff()
    panel = _holding(embedded, of_staff(person))
    assert _asked(panel).status_code == 200
    person.client.delete("/v1/session")
    assert _asked(panel).status_code == 401


def test_a_pass_is_no_session(embedded: Served) -> None:
    person = embedded.staff()
    shown = of_staff(person)
    (name,) = person.client.cookies.keys()
    for stolen in (shown, shown.split(".")[0], shown.split(".")[1]):
        thief = embedded.client(Cookie=f"{name}={stolen}")
        assert thief.get("/console").status_code == 401
        assert thief.get("/v1/session").status_code == 401


@pytest.mark.parametrize("bend", [lambda p: p[:-1], lambda p: p.split(".")[0] + ".", lambda p: "." + p.split(".")[1],
                                  lambda p: p.split(".")[0] + "." + "0" * 64, lambda p: p.upper()])  # fmt: skip
def test_a_bent_pass_opens_nothing(embedded: Served, bend: Any) -> None:
    assert _asked(_holding(embedded, bend(of_staff(embedded.staff())))).status_code == 401


def test_who_works_no_tickets_gets_no_pass(embedded: Served) -> None:
    refused = embedded.staff(Role.CONTENT).client.get("/assist/sign-in")
    assert refused.status_code == 403
    assert "data-pass" not in refused.text
    nobody = embedded.client().get("/assist/sign-in")
    assert nobody.status_code == 401
    assert "data-pass" not in nobody.text


def test_the_window_that_signs_in_keeps_its_opener(embedded: Served) -> None:
    for client in (embedded.client(), embedded.staff().client):
        assert client.get("/assist/sign-in").headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert embedded.client().get("/console").headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "shown",
    [
        signed(key="another key, also with 32 bytes or more"),
        signed(aud="answerdesk"),
        signed(exp=int(time.time()) - 5),
        signed(exp=int(time.time()) + 90_000),
        signed(sub=""),
        "a.b.c",
        "...",
    ],
)
def test_a_pass_of_another_help_desk_must_be_signed_for_this_and_short_lived(embedded: Served, shown: str) -> None:
    assert _asked(_holding(embedded, signed())).status_code == 200
    assert _asked(_holding(embedded, shown)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"context": []},
        {"context": [{"role": "admin", "text": "x"}]},
        {"context": [{"role": "customer", "text": ""}]},
        {"context": [{"role": "customer", "text": "x" * 100_001}]},
        {"context": [{"role": "customer", "text": "x"}] * 201},
        {"context": [{"role": "customer", "text": "x", "html": "<b>"}]},
        {"context": "x", "k": 99},
        {},
        [],
    ],
)
def test_what_cannot_be_a_conversation_is_refused_with_the_reason(embedded: Served, body: Any) -> None:
    answer = _holding(embedded, signed()).post("/assist/suggestions", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid_request"


def test_hostile_words_make_no_markup(embedded: Served) -> None:
    answer = _asked(_holding(embedded, signed()), f"{QUESTION} <img src=x onerror=alert(1)> \x00 {{{{7*7}}}}")
    assert answer.status_code == 200
    assert "<img" not in answer.text
