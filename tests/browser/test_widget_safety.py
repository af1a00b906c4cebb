"""What the widget must never do: run what it is told, follow strangers, mix up people, ask other hosts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageMaker
from tests.browser.console import held_back
from tests.browser.desk import Agent, Desk, identity
from tests.browser.payloads import PAYLOADS
from tests.browser.website import Website
from tests.browser.widget import Widget

SPEAK = """([verb, origin, source]) => dispatchEvent(new MessageEvent('message',
  { data: { answerdesk: verb }, origin: origin || location.origin, source: window[source] || null }))"""


def test_hostile_texts_are_shown_as_text(widget: Widget, agent: Agent) -> None:
    assert len(PAYLOADS) >= 50
    dialogs: list[str] = []
    widget.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    widget.ask_for_person()
    conversation = widget.identifiers[0]
    for start in range(0, len(PAYLOADS), 10):
        agent.reply(conversation, "\n".join(PAYLOADS[start : start + 10]))
    widget.write("\n".join(PAYLOADS))
    widget.arrived()
    expect(widget.log.locator(".turn.agent")).to_have_count(-(-len(PAYLOADS) // 10))
    by_agent = "\n".join(widget.log.locator(".turn.agent .bubble").all_inner_texts())
    mine = widget.mine.locator(".bubble").inner_text()
    for payload in PAYLOADS:
        assert payload.strip() in by_agent
        assert payload.strip() in mine
    made = widget.log.locator(
        "script, img, iframe, object, embed, form, style, link, math, base, [onerror], [onload], [onclick]"
    )
    expect(made).to_have_count(0)
    assert dialogs == []
    assert widget.frame.evaluate("window.hacked") is None
    widget.page.reload()
    widget.greeted()
    expect(widget.mine).to_have_count(1)
    assert widget.frame.evaluate("window.hacked") is None


def test_only_links_to_the_site_itself_can_be_followed(widget: Widget, agent: Agent, desk: Desk) -> None:
    widget.ask_for_person()
    agent.reply(
        widget.identifiers[0],
        f"{desk.url}/demo and https://evil.example/x and javascript:alert(1) and https://127.0.0.1.evil.example/",
    )
    links = widget.log.locator(".turn.agent a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", f"{desk.url}/demo")
    expect(links).to_have_attribute("rel", "noopener noreferrer")


def known(widget: Widget, subject: str) -> None:
    """The chat has heard who it is, and is theirs."""
    named = "(subject) => Object.keys(localStorage).some((key) => key.endsWith(encodeURIComponent(`u:${subject}`)))"
    widget.frame.wait_for_function(named, arg=subject)


def test_next_user_never_sees_the_one_before(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = Widget.in_shop(page, desk.url)

    def tell(message: dict[str, str]) -> None:
        page.evaluate("(message) => postMessage(message, location.origin)", message)

    tell({"answerdesk": "identify", "token": identity("alice")})
    known(widget, "alice")
    widget.ask_for_person()
    widget.write("I am Alice")
    widget.arrived()
    first = widget.identifiers
    tell({"answerdesk": "identify", "token": identity("bob")})
    expect(widget.mine).to_have_count(0)
    expect(widget.inside.locator("#strip")).to_be_hidden()
    expect(widget.inside.locator("body.loading")).to_have_count(0)
    assert first[1] not in str(widget.kept())
    widget.ask("thanks")
    second = widget.identifiers
    assert second[0] != first[0]
    tell({"answerdesk": "signOut"})
    expect(widget.mine).to_have_count(0)
    widget.greeted()
    assert second[1] not in str(widget.kept())
    page.reload()
    widget.greeted()
    expect(widget.mine).to_have_count(0)
    assert "Alice" not in widget.log.inner_text()


def test_what_was_asked_for_by_the_one_before_is_not_told_to_the_next(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = Widget.in_shop(page, desk.url)
    tell = "(token) => postMessage({ answerdesk: 'identify', token }, location.origin)"
    page.evaluate(tell, identity("dora"))
    known(widget, "dora")
    with page.expect_response("**/handoff"), held_back(page, "**/handoff"):
        widget.button("Talk to a person").click()
        page.evaluate(tell, identity("emil"))
        known(widget, "emil")
    widget.ask("thanks")
    expect(widget.log.locator(".note")).to_have_count(0)
    expect(widget.inside.locator("#strip")).to_be_hidden()


def test_signed_in_user_comes_back_to_their_own_conversation(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = Widget.in_shop(page, desk.url)
    page.evaluate("(token) => postMessage({ answerdesk: 'identify', token }, location.origin)", identity("carol"))
    known(widget, "carol")
    widget.ask("thanks")
    page.reload()
    widget.greeted()
    expect(widget.mine).to_have_count(0)
    page.evaluate("(token) => postMessage({ answerdesk: 'identify', token }, location.origin)", identity("carol"))
    expect(widget.mine).to_contain_text("thanks")


def test_sign_out_before_the_chat_was_opened_is_not_forgotten(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    widget = Widget.in_shop(page, desk.url)
    widget.ask("thanks")
    before = widget.identifiers
    page.route("**/widget/frame.html*", lambda route: route.abort())
    page.reload()
    page.evaluate("postMessage({ answerdesk: 'signOut' }, location.origin)")
    page.unroute("**/widget/frame.html*")
    page.reload()
    widget.open()
    expect(widget.mine).to_have_count(0)
    assert before[1] not in str(widget.kept())


def test_works_on_another_origin_under_a_strict_policy(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(website.url)
    widget = Widget(page).open()
    widget.ask("thanks")
    page.reload()
    widget.greeted()
    expect(widget.mine).to_have_count(1)
    assert [text for text in refused if "favicon" not in text and "404" not in text] == []


def test_loader_leaves_no_global_and_shifts_nothing(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    page.goto(f"{website.url}/bare")
    bare = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page.goto(website.url)
    widget = Widget(page)
    expect(widget.launcher).to_be_visible()
    widget.open()
    # The iframe itself is a property by its index; the launcher adds no name.
    added = set(page.evaluate("Object.getOwnPropertyNames(window)")) - bare
    assert {name for name in added if not name.isdigit()} == set()
    shifts = page.evaluate(
        """() => new Promise((done) => { let sum = 0;
             new PerformanceObserver((list) => list.getEntries().forEach((each) => { sum += each.value; }))
               .observe({ type: 'layout-shift', buffered: true });
             setTimeout(() => done(sum), 150); })"""
    )
    assert shifts == 0


def test_other_websites_may_not_frame_the_chat(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    answer = page.request.get(f"{desk.url}/widget/frame.html")
    policy = answer.headers["content-security-policy"]
    ancestors = policy.split("frame-ancestors ")[1].split(";")[0].split()
    assert "*" not in policy
    assert ancestors[0] == "'self'"
    assert len(ancestors) == 2


def test_strangers_messages_are_ignored(widget: Widget) -> None:
    widget.ask("thanks")
    # A stranger's origin, in the frame and in the page, and no sender at all.
    widget.frame.evaluate(SPEAK, ["signOut", "https://evil.example", "parent"])
    widget.page.evaluate(SPEAK, ["signOut", "https://evil.example", "self"])
    widget.page.evaluate(SPEAK, ["close", "", ""])
    widget.page.wait_for_timeout(200)
    expect(widget.mine).to_have_count(1)
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("verb", ["open", "close"])
def test_page_may_open_and_close_the_chat(widget: Widget, verb: str) -> None:
    if verb == "open":
        widget.button("Close chat").click()
    widget.page.evaluate("(verb) => postMessage({ answerdesk: verb }, location.origin)", verb)
    expect(widget.launcher).to_have_attribute("aria-expanded", str(verb == "open").lower())
