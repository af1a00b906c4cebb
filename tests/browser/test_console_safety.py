"""What the console must never do: run what customers write, load from elsewhere, shut anybody out."""

from __future__ import annotations

import time

import httpx2
import jwt
import pytest
from playwright.sync_api import Page, expect

from bot.assist import record
from bot.assist.record import Proposal
from kb_ingest.article import Visibility
from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import IDENTITY_KEY, Agent, Desk
from tests.browser.payloads import PAYLOADS
from tests.loopback import NO_TLS

MADE = "#main :is(script, img, iframe, object, embed, form form, style, link, math, base, svg, video, audio, marquee)"
HANDLERS = "[onerror], [onload], [onclick], [onfocus], [onblur], [ontoggle], [onstart], [onbegin]"


def _identity(**claims: str) -> str:
    told = {"sub": "\"'><b>1</b>", "aud": "answerdesk", "exp": int(time.time()) + 600} | claims
    return jwt.encode(told, IDENTITY_KEY, algorithm="HS256")


def _unharmed(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    expect(page.locator(MADE)).to_have_count(0)
    expect(page.locator(HANDLERS)).to_have_count(0)


def test_hostile_texts_are_shown_as_text_in_every_field(new_page: PageMaker, desk: Desk, agent: Agent) -> None:
    assert len(PAYLOADS) >= 50
    page = new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hostile = "\n".join(PAYLOADS)
    email = 'x"><img/src=x/onerror=window.hacked=1>@x.example'
    customer = visitor(desk, identity=_identity(name=PAYLOADS[0], email=email))
    ticket = waiting(customer, hostile[:3900], f"<img src=x onerror=window.hacked=1> {hostile}"[:1900])
    agent.reply(customer.id, hostile[:3900])
    noted = agent.client.post(f"/v1/tickets/{ticket}/notes", json={"text": hostile[:3900]})
    assert noted.status_code == 200
    _suggest(desk, customer.id, ticket, hostile)
    console = Console(page, desk.url).let_in()
    expect(console.find(ticket)).to_contain_text("<")
    _unharmed(page)
    page.goto(f"{desk.url}/console?q={PAYLOADS[0]}")
    expect(page.locator("#q")).to_have_value(PAYLOADS[0])
    _unharmed(page)
    console.open(ticket)
    _unharmed(page)
    shown = console.transcript.inner_text() + console.page.locator("#suggestions").inner_text()
    for payload in PAYLOADS:
        assert " ".join(payload.split()) in " ".join(shown.split())
    expect(page.locator("#packet")).to_contain_text(PAYLOADS[0])
    expect(page.locator("#notes")).to_contain_text(PAYLOADS[0])
    console.offers.first.get_by_role("button", name="Insert").click()
    page.get_by_label("I have checked").check()
    page.get_by_role("button", name="Insert internal text").click()
    customer.say(f"one more {PAYLOADS[4]}")
    expect(console.transcript).to_contain_text("one more", timeout=PATIENCE_MS)
    _unharmed(page)
    assert dialogs == []


def _suggest(desk: Desk, conversation: str, ticket: str, text: str) -> None:
    with desk.transaction() as tx:
        proposal = Proposal(text, PAYLOADS[1], PAYLOADS[2], text, 0, 9, "0" * 12, Visibility.INTERNAL, 0.5)
        record.store(tx, conversation, 1, [proposal], ticket)


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((820, 1100), "dark")])
def test_axe_finds_no_violation(new_page: PageMaker, desk: Desk, size: tuple[int, int], scheme: str) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{desk.url}/console")
    assert violations(page) == []
    ticket = waiting(visitor(desk), "Order FW-204518 is late", "What refund limit may be given without approval?")
    console = Console(page, desk.url).sign_in()
    assert violations(page) == []
    console.open(ticket)
    expect(console.internal).to_be_visible(timeout=PATIENCE_MS)
    console.composer.fill("What is your order number?")
    looks_right(page)
    console.internal.get_by_role("button", name="Insert").click()
    assert violations(page) == []
    console.button("Cancel").click()
    console.offers.first.get_by_role("button", name="Source").click()
    expect(page.locator("#source h2")).to_be_visible()
    assert violations(page) == []


def test_nothing_inline_is_allowed_and_nothing_inline_is_there(desk: Desk, agent: Agent) -> None:
    ticket = waiting(visitor(desk), "How do I reset Hub 2?")
    for path in ("/console", f"/console/tickets/{ticket}"):
        answer = agent.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
        assert " onclick" not in answer.text


def test_the_page_breaks_no_rule_of_its_own_policy(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    ticket = waiting(visitor(desk), "How do I reset Hub 2?")
    Console(page, desk.url).let_in().open(ticket)
    assert [text for text in said if "Content Security Policy" in text] == []


def test_without_a_session_there_is_only_the_sign_in_page(desk: Desk) -> None:
    ticket = waiting(visitor(desk), "A secret wish")
    for path in ("/console", "/console/lines", f"/console/tickets/{ticket}", "/console/articles/int-refund-authority"):
        answer = httpx2.get(f"{desk.url}{path}", verify=NO_TLS, trust_env=False)
        assert answer.status_code == 401
        assert "Sign in" in answer.text
        assert "secret wish" not in answer.text


def test_a_wrong_password_is_refused_in_words(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/console")
    page.get_by_label("E-mail").fill("somebody.else@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("wrong", timeout=PATIENCE_MS)
