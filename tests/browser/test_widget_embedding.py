"""The loader on a website: what it tells the page, what it shows when the chat does not come, how it goes away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk, identity
from tests.browser.test_widget_access import PHONE
from tests.browser.website import Website
from tests.browser.widget import Widget

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
LOST = "The chat cannot be reached right now. Please try again later."
EARLY = """addEventListener('message', ({ source, data }) => {
  if (source !== window || data.answerdesk !== 'ready') return;
  postMessage({ answerdesk: 'identify', token: 'TOKEN' }, location.origin);
  postMessage({ answerdesk: 'open' }, location.origin);
});"""
REMOUNT = """() => {
  const { src, dataset } = document.querySelector('script[src]');
  document.querySelectorAll('[data-answerdesk-launcher], script[src]').forEach((each) => each.remove());
  const script = Object.assign(document.createElement('script'), { src });
  Object.assign(script.dataset, dataset);
  document.body.append(script);
}"""


def without_the_chat(page: Page, url: str) -> list[str]:
    """The page, where the chat never comes; what its console says."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.clock.install()
    page.route("**/widget/frame.html*", lambda route: route.abort())
    page.goto(url)
    return said


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_chat_that_does_not_come_can_be_left_and_says_so(
    new_page: PageMaker, desk: Desk, device: dict[str, object]
) -> None:
    page = new_page(**device)
    said = without_the_chat(page, f"{desk.url}/demo")
    widget = Widget(page)
    panel = page.locator("[data-answerdesk-launcher] .panel")
    widget.launcher.click()
    expect(panel).to_be_visible()
    expect(widget.launcher).to_be_visible()
    widget.launcher.click()
    expect(panel).to_have_count(0)
    widget.launcher.click()
    page.clock.fast_forward(9_000)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(LOST)
    assert violations(page) == []
    assert [text for text in said if "ANSWERDESK_SITE_ORIGINS" in text and desk.url in text]
    alert.get_by_role("button", name="Close chat").click()
    expect(panel).to_have_count(0)
    page.unroute("**/widget/frame.html*")
    widget.launcher.click()
    widget.greeted()
    expect(alert).to_have_count(0)


def test_a_chat_that_does_not_come_does_not_open_by_itself(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    page.goto(website.url)
    Widget(page).open()
    without_the_chat(page, website.url)
    page.clock.run_for(2_000)
    panel = page.locator("[data-answerdesk-launcher] .panel")
    expect(panel).to_have_count(1)
    expect(panel).to_be_hidden()
    page.clock.fast_forward(9_000)
    expect(panel).to_have_count(0)


def test_a_chat_that_comes_late_is_shown_after_all(new_page: PageMaker, website: Website) -> None:
    page, held = new_page(), list[Route]()
    page.clock.install()
    page.route("**/widget/frame.html*", lambda route: held.append(route))
    page.goto(website.url)
    widget = Widget(page)
    widget.launcher.click()
    page.clock.fast_forward(9_000)
    expect(page.get_by_role("alert")).to_contain_text(LOST)
    held[0].continue_()
    widget.greeted()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_that_listens_before_the_script_comes_loses_nothing(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    page.add_init_script(EARLY.replace("TOKEN", identity("early")))
    page.goto(website.url)
    widget = Widget(page).greeted()
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    assert '"verified":true' in str(widget.kept())


def test_a_widget_taken_off_the_page_listens_no_more(new_page: PageMaker, website: Website) -> None:
    """An error of the one that was removed fails the test by itself."""
    page = new_page()
    page.goto(website.url)
    Widget(page).open()
    page.evaluate(REMOUNT)
    widget = Widget(page).greeted()
    for verb, expanded in (("close", "false"), ("open", "true"), ("close", "false")):
        page.evaluate("(verb) => postMessage({ answerdesk: verb }, location.origin)", verb)
        expect(widget.launcher).to_have_attribute("aria-expanded", expanded)
    expect(widget.launcher).to_have_count(1)


def test_what_is_typed_is_there_on_the_next_page_and_gone_once_sent(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = Widget.in_shop(page, desk.url)
    widget.text.fill("My hub blinks {red} and")
    page.reload()
    widget.greeted()
    expect(widget.text).to_have_value("My hub blinks {red} and")
    widget.text.press("Enter")
    expect(widget.mine).to_have_count(1)
    page.reload()
    widget.greeted()
    expect(widget.mine).to_have_count(1)
    expect(widget.text).to_have_value("")
    widget.text.fill("Not for the next person")
    page.evaluate("postMessage({ answerdesk: 'signOut' }, location.origin)")
    expect(widget.text).to_have_value("")
    expect(widget.mine).to_have_count(0)
    widget.greeted()
    assert "next person" not in str(widget.kept())
    page.reload()
    widget.greeted()
    expect(widget.text).to_have_value("")
