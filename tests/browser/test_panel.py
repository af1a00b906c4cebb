"""The panel of suggestions inside another help desk's page: signed in, told, moved on, confirmed, handed back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, Route, expect

from tests.browser.axe import looks_right
from tests.browser.conftest import PageMaker
from tests.browser.console import Console
from tests.browser.desk import AGENT_EMAIL, AGENT_PASSWORD, Desk
from tests.browser.other_desk import OtherDesk
from tests.browser.payloads import PAYLOADS
from tests.contracts.panel_passes import signed

SET_UP = "How do I set up Hub 2?"
REFUND = "How much may an agent refund without approval?"
NOT_FRAMED = "chrome-error://chromewebdata/"


def context(*said: str, conversation: int | str = 7) -> dict[str, Any]:
    """What the help desk says: the customer said it all."""
    return {
        "type": "answerdesk:context",
        "conversation": conversation,
        "context": [{"role": "customer", "text": text} for text in said],
    }


def chatwoot(*messages: dict[str, Any]) -> str:
    """The same as Chatwoot says it to a dashboard app."""
    data = {"conversation": {"id": 12, "messages": messages}, "contact": {}}
    return json.dumps({"event": "appContext", "data": data})


@dataclass(frozen=True)
class Panel:
    """The other desk's page and the panel in it."""

    page: Page

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/assist/panel" in frame.url)

    @property
    def offers(self) -> Locator:
        return self.frame.locator(".offer")

    @property
    def state(self) -> Locator:
        return self.frame.locator("#state")

    def tell(self, message: object) -> None:
        self.page.evaluate("(message) => tell(message)", message)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """What the page was told by the panel."""
        heard = self.page.evaluate("heard.map(([, message]) => message)")
        return [each for each in heard if isinstance(each, dict) and each["type"] == kind]

    def wait_for(self, kind: str) -> dict[str, Any]:
        """The first message of the kind."""
        self.page.wait_for_function("(kind) => heard.some(([, each]) => each.type === kind)", arg=kind)
        return self.heard(kind)[0]

    def button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)


def closed(window: Page, opener: Page) -> None:
    """Waits until it is, which it may have been before anybody could wait for it."""
    while not window.is_closed():
        opener.wait_for_timeout(20)


@pytest.fixture
def panel(other_pages: PageMaker, desk: Desk, other_desk: OtherDesk) -> Iterator[Panel]:
    """In a help desk that the service knows, with a pass that the help desk signed; nothing of the page is broken."""
    broken: list[str] = []
    page = other_pages(viewport={"width": 420, "height": 860})
    page.context.on("weberror", lambda error: broken.append(str(error.error)))
    page.goto(other_desk.named)
    shown = Panel(page)
    shown.wait_for("answerdesk:ready")
    shown.tell({"type": "answerdesk:pass", "pass": signed()})
    yield shown
    assert broken == []


def test_a_page_of_another_origin_shows_no_panel(other_pages: PageMaker, desk: Desk, other_desk: OtherDesk) -> None:
    page = other_pages()
    page.goto(other_desk.foreign)
    expect(page.get_by_role("heading", name="Ticket")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').contentWindow.length === 0")
    assert not any("/assist/panel" in frame.url for frame in page.frames)
    assert NOT_FRAMED in [frame.url for frame in page.frames]
    assert page.evaluate("heard") == []


def test_only_the_page_around_it_is_listened_to(panel: Panel) -> None:
    panel.frame.evaluate("(message) => window.postMessage(message, '*')", context(SET_UP))
    panel.page.evaluate(
        """(message) => document.getElementById('other').contentWindow.eval(
             `parent.frames[0].postMessage(${JSON.stringify(message)}, '*')`)""",
        context(SET_UP),
    )
    panel.page.wait_for_timeout(700)
    expect(panel.state).to_contain_text("Waiting for the help desk")
    panel.tell(context("Thank you!"))
    expect(panel.frame.locator("#suggestions")).to_contain_text("No suggestion needed")


def test_somebody_of_the_desk_signs_in_in_a_window_of_its_own(
    other_pages: PageMaker, desk: Desk, other_desk: OtherDesk
) -> None:
    """The frame is in another website: no cookie of the console reaches it, and no password is typed in it."""
    page = other_pages()
    page.goto(other_desk.named)
    panel = Panel(page)
    panel.wait_for("answerdesk:ready")
    panel.tell(context(SET_UP))
    with page.expect_popup() as opened:
        panel.button("Sign in").click()
    Console(opened.value, desk.url).submit(AGENT_EMAIL, AGENT_PASSWORD)
    expect(panel.offers.first).to_contain_text("Hub 2")
    closed(opened.value, page)
    assert panel.heard("answerdesk:sign-in") != []
    assert "pass" not in page.evaluate("JSON.stringify(heard)"), "the page around it has no pass"
    page.reload()
    panel.wait_for("answerdesk:ready")
    panel.tell(context(SET_UP, conversation="again"))
    expect(panel.offers.first).to_contain_text("Hub 2")
    with page.expect_popup() as again:
        panel.frame.evaluate("open('/assist/sign-in')")
    closed(again.value, page)


def test_who_signs_in_beside_the_panel_of_the_same_website_tries_again(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/demo/help-desk")
    panel = Panel(page)
    with page.expect_popup() as opened:
        panel.button("Sign in").click()
    window = opened.value
    window.evaluate("window.opener = null")
    Console(window, desk.url).submit(AGENT_EMAIL, AGENT_PASSWORD)
    expect(window.locator("#alone").or_(window.locator("#handed")).first).to_be_attached()
    panel.button("Try again").click()
    expect(panel.offers.first).to_contain_text("Hub 2")


def test_a_suggestion_is_inserted_and_its_source_shown_with_the_span(panel: Panel) -> None:
    panel.tell(context(SET_UP))
    offer = panel.offers.first
    expect(offer).to_contain_text("Public")
    expect(offer.locator(".confidence")).to_contain_text("% sure")
    offer.get_by_role("button", name="Source").click()
    expect(panel.frame.locator("#source .marked")).to_be_visible()
    looks_right(panel.frame)
    panel.frame.locator("#source").get_by_role("button", name="Close").click()
    offer.get_by_role("button", name="Insert").click()
    said = {"conversation": 7, "text": offer.get_attribute("data-text"), "internal": False}
    assert panel.wait_for("answerdesk:insert") == {"type": "answerdesk:insert"} | said


def test_internal_text_is_handed_out_only_when_confirmed(panel: Panel) -> None:
    panel.tell(context(REFUND))
    offer = panel.frame.locator(".offer.internal").first
    expect(offer).to_contain_text("Internal, staff only")
    for deed in ("Insert", "Copy"):
        offer.get_by_role("button", name=deed).click()
        do = panel.button(f"{deed} internal text")
        expect(do).to_be_disabled()
        looks_right(panel.frame)
        panel.button("Cancel").click()
    assert panel.heard("answerdesk:insert") == []
    offer.get_by_role("button", name="Insert").click()
    panel.frame.get_by_label("I have checked").check()
    panel.button("Insert internal text").click()
    assert panel.wait_for("answerdesk:insert")["internal"] is True
    panel.frame.locator("#similar .shown button").first.click()  # a playbook
    expect(panel.frame.locator("#source")).to_be_visible()


def test_what_was_suggested_is_gone_when_the_chat_has_moved_on(panel: Panel) -> None:
    panel.tell(context(REFUND))
    panel.frame.locator(".offer.internal").first.get_by_role("button", name="Insert").click()
    panel.frame.get_by_label("I have checked").check()
    panel.tell(context(REFUND, SET_UP))
    expect(panel.frame.locator("#release")).to_be_hidden()
    expect(panel.offers.first).to_contain_text("Hub 2")
    assert panel.heard("answerdesk:insert") == []


def test_an_answer_that_comes_late_is_not_shown(panel: Panel) -> None:
    slow, held = threading.Event(), []

    def hold(route: Route) -> None:
        if "Hub" in (route.request.post_data or "") and not slow.is_set():
            slow.set()
            held.append(route)
        else:
            route.continue_()

    panel.page.route("**/assist/suggestions", hold)
    panel.tell(context(SET_UP))
    expect(panel.state).to_have_text("Looking for suggestions.")
    while not slow.is_set():  # leafed through sooner, it would not be asked about
        panel.page.wait_for_timeout(20)
    panel.tell(context("Thanks, bye!", conversation=8))
    expect(panel.frame.locator("#suggestions")).to_contain_text("No suggestion needed")
    held[0].continue_()
    panel.page.wait_for_timeout(700)
    expect(panel.offers).to_have_count(0)
    expect(panel.frame.locator("#suggestions")).to_contain_text("No suggestion needed")


def test_of_tickets_that_are_leafed_through_one_is_asked_about(panel: Panel) -> None:
    asked: list[str] = []
    panel.page.on("request", lambda request: asked.append(request.url) if "suggestions" in request.url else None)
    panel.page.evaluate("(all) => all.forEach(tell)", [context(SET_UP, conversation=number) for number in range(200)])
    expect(panel.offers.first).to_be_visible()
    assert len(asked) < 20, "one, and where a busy machine paused on the way"


def test_the_agents_own_words_leave_the_suggestions_where_they_are(panel: Panel) -> None:
    asked: list[str] = []
    panel.page.on("request", lambda request: asked.append(request.url) if "suggestions" in request.url else None)
    panel.tell(context(SET_UP))
    expect(panel.offers.first).to_be_visible()
    answered = context(SET_UP)
    answered["context"].append({"role": "agent", "text": "I look into it."})
    panel.tell(answered)
    panel.page.wait_for_timeout(300)
    assert len(asked) == 1


def test_chatwoot_is_understood_and_gets_no_text_it_would_not_take(panel: Panel) -> None:
    told = panel.page.evaluate("heard.map(([, message]) => message)")
    assert "chatwoot-dashboard-app:fetch-info" in told
    note = {"content": "Refund limits are internal.", "message_type": 1, "private": True}
    activity = {"content": "Sam was assigned", "message_type": 2, "private": False}
    asked = {"content": SET_UP, "message_type": 0, "private": False}
    sent: list[Any] = []
    panel.page.on("request", lambda one: sent.append(one.post_data_json) if "suggestions" in one.url else None)
    panel.tell(chatwoot(asked | {"content": "Hello"}, note, activity, {"content": None, "message_type": 0}, asked))
    expect(panel.offers.first).to_contain_text("Hub 2")
    said = [{"role": "customer", "text": text} for text in ("Hello", SET_UP)]
    assert sent == [{"context": said}]
    expect(panel.offers.first.get_by_role("button", name="Insert")).to_be_hidden()
    expect(panel.offers.first.get_by_role("button", name="Copy")).to_be_visible()


def test_a_copy_is_made_without_the_page_around_it_allowing_it(panel: Panel) -> None:
    panel.tell(context(SET_UP))
    text = panel.offers.first.get_attribute("data-text")
    panel.offers.first.get_by_role("button", name="Copy").click()
    expect(panel.button("Copied")).to_be_visible()
    panel.page.context.grant_permissions(["clipboard-read"], origin=panel.page.url.rstrip("/"))
    assert panel.page.evaluate("navigator.clipboard.readText()") == text


def test_hostile_messages_do_nothing(panel: Panel) -> None:
    panel.page.evaluate(
        """() => {
          let deep = 'x';
          for (let i = 0; i < 2000; i += 1) deep = [deep];
          tell({ type: 'answerdesk:context', conversation: 1, context: deep });
          tell('['.repeat(100000));
          tell('x'.repeat(6000000));
          tell(new Map([['type', 'answerdesk:context']]));
        }"""
    )
    for message in (
        None, 1, "", "{", "[1", "null", '{"event":"appContext"}',
        '{"event":"appContext","data":{"conversation":{"id":{}}}}', chatwoot() + " ",
        {"type": "answerdesk:pass", "pass": {"x": 1}}, {"type": "answerdesk:pass", "pass": "x" * 10_000},
        {"type": "answerdesk:context"}, context() | {"conversation": {"a": 1}},
        context() | {"context": [{"role": "admin", "text": "x"}]}, context() | {"context": [{"role": "customer"}]},
        context() | {"conversation": "x" * 201}, {"type": {"toString": 1}},
    ):  # fmt: skip
        panel.tell(message)
    assert panel.heard("answerdesk:insert") == []
    assert panel.wait_for("answerdesk:error")["detail"].startswith("`")
    panel.page.evaluate("(message) => { message.context[0].text += '\\ud83d'; tell(message); }", context(SET_UP))
    expect(panel.offers.first).to_contain_text("Hub 2")


def test_a_very_long_conversation_is_cut_to_what_is_newest(panel: Panel) -> None:
    panel.page.evaluate(
        """(message) => {  // made where it is sent: 18 MB take long on their way into the page
          const said = (many, text) => Array(many).fill({ role: 'customer', text });
          const before = [...said(300, 'x'.repeat(60_000)), ...said(150, 'and this')];
          tell({ ...message, context: [...before, ...message.context] });
        }""",
        context(SET_UP),
    )
    expect(panel.offers.first).to_contain_text("Hub 2")
    assert panel.heard("answerdesk:error") == []


def test_nothing_that_is_written_in_a_conversation_runs(panel: Panel) -> None:
    tried = [f"I restarted it {payload}" for payload in PAYLOADS]  # a fact, which the panel shows
    panel.tell(context(*PAYLOADS, *tried, f"{SET_UP} {PAYLOADS[0]}", conversation=PAYLOADS[0]))
    expect(panel.frame.locator("#suggestions dd", has_text="<script>").first).to_be_visible()
    panel.tell({"type": "answerdesk:draft", "conversation": PAYLOADS[0], "text": "Have you restarted it?"})
    expect(panel.frame.locator("#repeats")).to_contain_text("<script>")
    assert panel.frame.locator(":is(#suggestions, #repeats) :is(script, img, iframe, svg, form, style)").count() == 0
    assert panel.frame.evaluate("window.hacked") is None


def test_a_failed_call_can_be_tried_again(panel: Panel) -> None:
    panel.page.route("**/assist/suggestions", lambda route: route.abort())
    panel.tell(context(SET_UP))
    expect(panel.state).to_contain_text("cannot be reached")
    looks_right(panel.frame)
    panel.page.unroute("**/assist/suggestions")
    panel.button("Try again").click()
    expect(panel.offers.first).to_contain_text("Hub 2")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (400, "dark")])
def test_it_looks_right_in_a_narrow_place(
    other_pages: PageMaker, desk: Desk, other_desk: OtherDesk, width: int, scheme: str
) -> None:
    page = other_pages(viewport={"width": 460, "height": 860}, color_scheme=scheme)
    page.goto(f"{other_desk.named}/{width}")
    panel = Panel(page)
    panel.wait_for("answerdesk:ready")
    looks_right(panel.frame)
    panel.tell(context(REFUND))
    expect(panel.button("Sign in")).to_be_visible()
    looks_right(panel.frame)
    panel.tell({"type": "answerdesk:pass", "pass": signed()})
    expect(panel.offers.first).to_be_visible()
    looks_right(panel.frame)


def test_the_keyboard_is_enough(panel: Panel) -> None:
    panel.tell(context(REFUND))
    expect(panel.offers.first).to_be_visible()
    panel.frame.locator(".offer .text").first.focus()
    place = panel.frame.locator(".offer").evaluate_all("(all) => all.findIndex((one) => one.matches('.internal'))")
    panel.page.keyboard.press(f"Alt+{place + 1}")
    panel.page.keyboard.press("Space")
    expect(panel.frame.get_by_label("I have checked")).to_be_checked()
    panel.page.keyboard.press("Tab")
    panel.page.keyboard.press("Enter")
    assert panel.wait_for("answerdesk:insert")["internal"] is True


def test_opened_alone_it_says_where_it_belongs(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/assist/panel")
    expect(page.locator("#state")).to_contain_text("Open it there")
    looks_right(page)


def test_the_example_of_another_help_desk_works(maya: Console, desk: Desk) -> None:
    page = maya.page
    page.goto(f"{desk.url}/demo/help-desk")
    panel = Panel(page)
    expect(panel.offers.first).to_contain_text("Hub 2")
    looks_right(page)
    panel.offers.first.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Your reply")).not_to_be_empty()
    page.get_by_role("button", name="Send as the agent").click()
    page.get_by_label("What the customer writes next").fill(REFUND)
    page.get_by_role("button", name="Send as the customer").click()
    expect(panel.frame.locator(".offer.internal").first).to_be_visible()
    page.get_by_label("What the customer writes next").fill("It is order FW-204518")
    page.get_by_role("button", name="Send as the customer").click()
    page.get_by_label("Your reply").fill("What is your order number?")
    expect(panel.frame.locator("#repeats")).to_contain_text("gave already: order number FW-204518")
    page.set_viewport_size({"width": 390, "height": 844})
    looks_right(page)
    looks_right(panel.frame)
    page.get_by_label("Your reply").fill("")
    expect(panel.frame.locator("#repeats")).to_be_empty()
