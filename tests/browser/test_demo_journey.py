"""What `make demo` is for, from end to end: three customers, one agent, every step in the browser.

`make journey` walks it on a demo that runs already.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.console import Console
from tests.browser.demo import Demo
from tests.browser.widget import Widget
from tests.loopback import NO_TLS

HOW_TO = "How do I factory-reset my Hub 2?"
FOLLOW_UP = "And what about Hub 1?"
MISSING = "What is the carbon footprint of one outdoor camera over its life?"
SENSITIVE = "Someone used my credit card to order cameras from you, I never bought anything"
# Which of the two depends on how many articles there are.
NOT_THERE = re.compile("Fact missing|No article is close")
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COPILOT_SECONDS = 90
OPEN = (200, 401)  # the console's 401 is its sign-in page


@dataclass(frozen=True)
class Customer:
    """Somebody whose conversation went to a person, and what the desk must see of it."""

    widget: Widget
    reason: str | re.Pattern[str]
    goal: str
    given: str
    says: str = ""
    """Written while the agent looks on; it brings the suggestion when nothing was said before."""


class Pages:
    """Pages on one kind of screen; nothing of theirs may break or ask anybody else for anything."""

    def __init__(self, browser: Browser, demo: Demo, screen: dict[str, object]) -> None:
        self._browser, self._demo, self._screen = browser, demo, screen
        self._open: list[Page] = []
        self.asked: list[str] = []
        self.broken: list[str] = []

    def new(self) -> Page:
        context = self._browser.new_context(locale="en-GB", **self._screen)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.broken.append(str(error.error)))
        self._open.append(context.new_page())
        return self._open[-1]

    def shop(self) -> Widget:
        page = self.new()
        return Widget.in_shop(page, self._demo.url)

    def close(self) -> None:
        for page in self._open:
            page.context.close()
        assert [url for url in self.asked if not url.startswith((self._demo.url, "data:", "blob:"))] == []
        assert self.broken == []


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def pages(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Pages]:
    opened = Pages(chromium, demo, request.param)
    yield opened
    opened.close()


def test_three_customers_and_an_agent_walk_the_whole_way(pages: Pages, demo: Demo) -> None:
    customers = [_asks_until_a_fact_is_missing(pages), _says_something_sensitive(pages), _wants_a_person_first(pages)]
    console = Console(pages.new(), demo.url).sign_in(demo.email, demo.password)
    for customer in customers:
        ticket = _ticket_of(console, customer.widget)
        expect(console.line(ticket)).to_contain_text(customer.reason)
        _fits(console.page)
        console.line(ticket).get_by_role("link").click()
        console.live()
        _knows(console, customer)
        _answers(console, customer)
        _keeps_everything(customer.widget)
        console.page.goto(f"{demo.url}/console")
        console.live()


def test_every_address_that_the_demo_prints_opens(demo: Demo) -> None:
    if not demo.addresses:
        pytest.skip("this demo was started by somebody else: what it printed is not known")
    assert {"Demo shop with the widget", "Agent console", "HTTP interface"} <= set(demo.addresses)
    for name, address in demo.addresses.items():
        deadline = time.monotonic() + (COPILOT_SECONDS if "starting" in name else 0)
        while _status(address) not in OPEN:
            assert time.monotonic() < deadline, (name, address)
            time.sleep(0.3)


def _asks_until_a_fact_is_missing(pages: Pages) -> Customer:
    widget = pages.shop()
    answer = widget.ask(HOW_TO)
    expect(answer.locator(".origin")).to_contain_text(["factory-reset Hub 2"])
    answer.locator(".cite").first.click()
    expect(widget.inside.locator("#source mark").first).to_be_visible()
    widget.button("Close source").click()
    expect(widget.ask(FOLLOW_UP).locator(".origin").first).to_contain_text("Hub 1")
    widget.write(MISSING)
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    _fits(widget.page)
    return Customer(widget, NOT_THERE, MISSING, "Hub 2")


def _says_something_sensitive(pages: Pages) -> Customer:
    widget = pages.shop()
    widget.write(SENSITIVE)
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    expect(widget.answers).to_have_count(0)
    return Customer(widget, "Sensitive topic", SENSITIVE, "Fraud")


def _wants_a_person_first(pages: Pages) -> Customer:
    widget = pages.shop()
    widget.ask_for_person()
    return Customer(widget, "Wants a person first", "has not said yet", "asked for a person first", HOW_TO)


def _ticket_of(console: Console, widget: Widget) -> str:
    tickets = console.page.evaluate("fetch('/v1/tickets').then((answer) => answer.json())")["tickets"]
    return next(ticket["id"] for ticket in tickets if ticket["conversation_id"] == widget.identifiers[0])


def _knows(console: Console, customer: Customer) -> None:
    """The packet is there, and what the customer said and was told."""
    packet = console.page.locator("#packet")
    expect(packet.locator(".goal")).to_contain_text(customer.goal)
    expect(packet).to_contain_text(customer.given)
    expect(packet).to_contain_text("Next steps")
    promised = " ".join(customer.widget.log.locator(".note p").all_inner_texts())
    expect(packet).to_contain_text(" ".join(promised.split()))
    expect(console.transcript).to_contain_text(" ".join(promised.split()))
    _fits(console.page)


def _answers(console: Console, customer: Customer) -> None:
    """Takes the suggestion, says a word of their own; the customer's page shows it by itself."""
    page = customer.widget.page
    page.evaluate("window.sameAsBefore = true")
    if customer.says:
        customer.widget.write(customer.says)
        expect(console.transcript.locator(".turn.customer").last).to_contain_text(customer.says)
    expect(console.offers.first).to_be_visible()
    console.button("Claim").click()
    expect(customer.widget.inside.locator("#strip")).to_contain_text("has joined the conversation")
    offer = console.offers.first
    internal = offer.get_attribute("data-internal") == "yes"
    offer.get_by_role("button", name="Insert").click()
    if internal:
        console.page.get_by_label("I have checked").check()
        console.page.get_by_role("button", name="Insert internal text").click()
    console.composer.press("End")
    console.composer.press_sequentially(" Kind regards")
    console.send()
    expect(console.composer).to_have_value("")
    said = customer.widget.log.locator(".turn.agent .bubble")
    expect(said).to_contain_text("Kind regards")
    for mark in ("##", "|--", "\n1. ", "\n- "):
        assert mark not in said.inner_text()
        assert mark not in console.transcript.locator(".turn.agent .said").inner_text()
    assert page.evaluate("window.sameAsBefore")


def _keeps_everything(widget: Widget) -> None:
    before = _turns(widget)
    widget.page.reload()
    if widget.page.viewport_size == PHONE["viewport"]:
        widget.launcher.click()  # on a phone the chat would cover the page that was reloaded
    widget.greeted()
    expect(widget.log.locator(".turn.agent")).to_have_count(1)
    assert _turns(widget) == before


def _turns(widget: Widget) -> list[str]:
    return widget.log.locator(".bubble, .note, .sources").all_inner_texts()


def _fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def _status(address: str) -> int:
    try:
        return httpx2.get(address, verify=NO_TLS, trust_env=False, timeout=10, follow_redirects=True).status_code
    except httpx2.TransportError:
        return 0
