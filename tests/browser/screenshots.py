"""Owns the pictures of `docs/screenshots/`: taken of a demo that runs, so that they show the pages as they are.

Refuses to prepare anything behind the pages but messages of customers. `make screenshots`, with `make demo` beside it.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DEMO_URL, PATIENCE_MS
from tests.browser.console import Console
from tests.browser.demo import Demo
from tests.browser.newsroom import saved
from tests.browser.staff_copilot import ask, sign_in
from tests.browser.widget import Widget
from tests.conftest import ROOT
from tests.loopback import NO_TLS

FOLDER = ROOT / "docs" / "screenshots"
REPORT = ROOT / "var" / "eval" / "report.html"
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
FIRST_LOOK_MS = 600_000
"""The gate asks every case before its first look."""
HOW_TO = "How do I factory-reset my Hub 2?"
BY_COUNTRY = "How many days do I have to send something back?"
ARTICLE = "/help/a/reset-hub-2"
CUSTOMERS = (
    ("What is the carbon footprint of one outdoor camera over its life?",),
    ("I want to complain: the courier has left my parcel in the rain for the third time",),
    ("there is a charge from fernwick on my card and I am not even a customer",),
    (HOW_TO, "I did all that and it still shows red, can I talk to a person please"),
    ("there is smoke coming out of the plug and the wall is hot",),
    ("My order FW-204518 has not arrived. I ordered it on 3 March and paid 79 pounds. A person, please",),
)


class Camera:
    """Pages of one demo, and what is taken of them."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self._browser, self.demo = browser, demo

    def page(self, screen: dict[str, object] = DESKTOP) -> Page:
        context = self._browser.new_context(locale="en-GB", reduced_motion="reduce", **screen)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def console(self) -> Console:
        return Console(self.page(), self.demo.url).sign_in(self.demo.email, self.demo.password)

    def take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(600)  # what moves has come to rest
        page.screenshot(path=FOLDER / f"{name}.png")


@pytest.fixture
def camera(chromium: Browser, demo: Demo) -> Camera:
    assert DEMO_URL in os.environ, "make screenshots takes them of a demo that runs"
    return Camera(chromium, demo)


def test_shop_and_widget(camera: Camera) -> None:
    page = camera.page()
    page.goto(f"{camera.demo.url}/demo")
    expect(Widget(page).launcher).to_be_visible()
    camera.take(page, "demo-shop")
    widget = Widget(page).open()
    widget.ask(HOW_TO)
    camera.take(page, "widget-desktop")
    phone = Widget.in_shop(camera.page(PHONE), camera.demo.url)
    phone.ask(BY_COUNTRY)
    phone.inside.locator(".options .choice", has_text="United Kingdom").click()
    expect(phone.answers).to_have_count(2)
    camera.take(phone.page, "widget-phone")


def test_help_centre(camera: Camera) -> None:
    for screen, name in ((DESKTOP, "portal-desktop"), (PHONE, "portal-phone")):
        page = camera.page(screen)
        page.goto(f"{camera.demo.url}{ARTICLE}")
        camera.take(page, name)


def customers_write(url: str) -> None:
    with httpx2.Client(base_url=url, verify=NO_TLS, trust_env=False, timeout=60) as client:
        for said in CUSTOMERS:
            opened = client.post("/v1/conversations", json={}).json()
            whose = {"Authorization": f"Bearer {opened['token']}"}
            for number, text in enumerate(said):
                body = {"client_id": f"m{number}", "text": text}
                client.post(f"/v1/conversations/{opened['id']}/messages", json=body, headers=whose).raise_for_status()


def test_desk(camera: Camera) -> None:
    customers_write(camera.demo.url)
    console = camera.console()
    camera.take(console.page, "console-queue")
    for box in console.page.locator(".line input[type=checkbox]").all()[2:4]:
        box.check()
    camera.take(console.page, "console-selection")
    console.page.goto(f"{camera.demo.url}/console")
    console.live().page.locator(".line", has_text="FW-204518").get_by_role("link").click()
    expect(console.live().offers.first).to_be_visible()
    camera.take(console.page, "console-ticket")
    talk(camera, console)


def talk(camera: Camera, console: Console) -> None:
    """Both write at the same time."""
    widget = Widget.in_shop(camera.page(), camera.demo.url)
    widget.ask_for_person()
    widget.write("My Hub 2 blinks red and the app says E-102. What does that mean?")
    widget.arrived()
    console.page.goto(f"{camera.demo.url}/console")
    console.live().page.locator(".line", has_text="E-102").first.get_by_role("link").click()
    console.live()
    console.button("Claim").click()
    expect(console.button("Claim")).to_have_count(0)
    console.composer.fill("Hello! Is the hub connected by cable, or does it use the Wi-Fi?")
    console.send()
    expect(widget.log.locator(".turn.agent")).to_have_count(1)
    widget.write("By cable, to the router in the hall.")
    expect(console.transcript.locator(".turn.customer").last).to_contain_text("By cable")
    console.composer.fill("Then please")
    widget.text.press_sequentially("The light on the router")
    expect(console.page.get_by_text("is writing")).to_be_visible()
    camera.take(console.page, "console-live")


def test_content_team(camera: Camera) -> None:
    """An edit and what it does to the answers."""
    page = camera.console().page
    page.goto(f"{camera.demo.url}/console/library?q=returns-uk")
    page.get_by_role("link", name="Return an order (United Kingdom)").first.click()
    text = page.get_by_label("Text", exact=True)
    before = text.input_value()
    if "30 days" in before:
        text.fill(before.replace("30 days", "14 days"))
        saved(page)
    page.get_by_role("button", name="See what it does to the answers").click()
    expect(page.locator('[data-impact="done"]')).to_be_attached(timeout=FIRST_LOOK_MS)
    page.locator("[data-case]").first.scroll_into_view_if_needed()
    camera.take(page, "console-article")


def test_report(camera: Camera) -> None:
    """Of the last `make eval`."""
    page = camera.page()
    page.goto(REPORT.as_uri())
    camera.take(page, "eval-report")


def test_copilot(camera: Camera) -> None:
    page = camera.page()
    beside = urlsplit(camera.demo.url)
    address = f"{beside.scheme}://{beside.hostname}:{(beside.port or 80) + 1}"
    frames = sign_in(page, address, camera.demo.email, camera.demo.password)
    ask(page, "What refund limit may be given without approval?", frames)
    expect(page.get_by_text("Source:").first).to_be_visible()
    camera.take(page, "copilot")


def test_panel(camera: Camera) -> None:
    """In another help desk's page, for somebody who is signed in to the console."""
    page = camera.console().page
    page.goto(f"{camera.demo.url}/demo/help-desk")
    expect(page.frame_locator("#panel").locator(".offer").first).to_be_visible()
    camera.take(page, "panel")
