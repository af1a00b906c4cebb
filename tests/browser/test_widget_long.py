"""A conversation of thousands of messages is read and written like one of ten."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageMaker
from tests.browser.console import visitor, waiting
from tests.browser.desk import Agent, Desk
from tests.browser.long_talk import long_talk_of
from tests.served import Visitor

MANY = 3_000
DRAWN = 200
KEPT = ("id", "token", "verified", "greeting", "starters", "label", "disclosure")


@pytest.fixture(scope="module")
def long_talk(desk: Desk) -> Visitor:
    """A customer and a person who have written `MANY` messages; every second one is the customer's."""
    customer = visitor(desk, site="long")
    waiting(customer, "Please, a person.")
    long_talk_of(desk, customer.id, MANY)
    return customer


@pytest.fixture
def chat(new_page: PageMaker, desk: Desk, long_talk: Visitor) -> Page:
    """The chat page of that customer, come back to it."""
    page = new_page(viewport={"width": 400, "height": 680})
    page.goto(f"{desk.url}/help")
    entry = {name: long_talk.opened[name] for name in KEPT} | {"from": 0, "outbox": [], "thumbs": {}}
    page.evaluate("(kept) => localStorage.setItem('answerdesk:frame:long:', kept)", json.dumps(entry))
    page.goto(f"{desk.url}/widget/frame.html?site=long")
    expect(page.locator("#log > *")).to_have_count(DRAWN)
    return page


def test_of_a_long_talk_the_newest_part_is_drawn_at_its_end(chat: Page) -> None:
    expect(chat.locator("#log > *").last).to_contain_text(f"Message {MANY - 1}")
    expect(chat.locator("#log > *").last).to_be_in_viewport()
    # Nobody is read two hundred messages when they come back.
    assert chat.locator("#log").get_attribute("aria-live") == "off"
    expect(chat.locator("#log")).to_have_attribute("aria-live", "polite")


def test_who_goes_back_finds_what_was_before_and_stays_where_they_read(chat: Page) -> None:
    first = chat.locator("#log > *").first
    read = first.inner_text()
    chat.locator("#scroll").evaluate("(scroll) => scroll.scrollTo(0, 0)")
    expect(chat.locator("#log > *")).to_have_count(2 * DRAWN)
    expect(chat.get_by_text(read.split("\n")[-1], exact=True)).to_be_in_viewport()
    drawn = [int(row.split("Message ")[1]) for row in chat.locator("#log > *").all_inner_texts()]
    assert drawn == list(range(MANY - 2 * DRAWN, MANY))
    button = chat.get_by_role("button", name="Show earlier messages")
    button.focus()  # which is up there, too
    expect(chat.locator("#log > *")).to_have_count(3 * DRAWN)
    chat.keyboard.press("Enter")
    expect(chat.locator("#log > *")).to_have_count(4 * DRAWN)


def test_what_comes_is_appended_and_nothing_else_is_touched(chat: Page, agent: Agent, long_talk: Visitor) -> None:
    chat.evaluate("for (const row of document.querySelectorAll('#log > *')) row.untouched = true")
    agent.reply(long_talk.id, "And one more.")
    expect(chat.locator("#log > *").last).to_contain_text("And one more.")
    expect(chat.locator("#log > *").last).to_be_in_viewport()
    assert chat.evaluate("[...document.querySelectorAll('#log > *')].filter((row) => !row.untouched).length") == 1


def test_a_short_talk_has_nothing_earlier(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    page.goto(f"{desk.url}/widget/frame.html?site=short")
    expect(page.locator("#log > *")).to_have_count(1)
    expect(page.get_by_role("button", name="Show earlier messages")).to_be_hidden()
