"""The help centre in the browser: for everybody, with the keyboard, without JavaScript, with the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk
from tests.browser.widget import Widget

DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
KINDS = (
    "/help",
    "/help/c/returns",
    "/help/a/returns-us",
    "/help/a/reset-hub-2?judged=1",
    "/help/search?q=how do I return a camera",
    "/help/a/no-such-article",
)


@pytest.mark.parametrize(("screen", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "dark phone"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    new_page: PageMaker, desk: Desk, screen: dict[str, object], scheme: str
) -> None:
    page = new_page(**screen, color_scheme=scheme)
    refused = list[str]()
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    for path in KINDS:
        page.goto(desk.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert refused == []


def test_the_search_is_done_with_the_keyboard(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/help")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.get_by_role("searchbox", name="Search the help articles")).to_be_focused()
    keys.type("what does a return cost in the US")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “what does a return cost in the US”")
    for _ in range(12):
        keys.press("Tab")
        if page.evaluate("document.activeElement.closest('.matches h2') !== null"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keys.press("Enter")
    expect(page.locator("article h1")).to_have_text("Return an order (United States)")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="What a return costs").press("Enter")
    expect(page).to_have_url(f"{desk.url}/help/a/returns-us#what-a-return-costs")
    expect(page.locator("#what-a-return-costs")).to_be_in_viewport()


def test_an_article_is_judged_without_javascript(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{desk.url}/help")
    page.get_by_role("link", name="Returns").click()
    page.get_by_role("link", name="Return an order (United States)").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. That helps us write better articles.")
    page.get_by_role("article").get_by_role("link", name="UK", exact=True).click()
    expect(page.locator("article h1")).to_have_text("Return an order (United Kingdom)")


def test_the_chat_opens_beside_an_article(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/help/a/reset-hub-2")
    Widget(page).open()
    page.goto(f"{desk.url}/demo")
    page.get_by_role("link", name="Help articles").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we help?")


def test_the_chat_at_the_foot_is_the_one_in_the_corner(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/help")
    Widget(page).open().ask("thanks")
    page.get_by_role("link", name="Chat with us").click()
    expect(page.locator("#log .turn.mine")).to_contain_text("thanks")
