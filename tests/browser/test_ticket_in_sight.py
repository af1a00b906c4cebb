"""What an agent has to see beside the conversation is there without scrolling; another ticket for them is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.access import Role
from bot.desk import accounts, queue, tickets
from bot.desk.queue import View, Wanted
from tests.browser.axe import looks_right
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

IDA = ("ida@example.com", "a seventh long password")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
GIVEN = "My Hub 2 blinks. Order FW-482913, it shows E-101 since last week, I restarted it. Mail me at jo@example.org."
LEFT_BEHIND = 500
KEEP = os.environ.get("SCREENSHOTS")


def _keep(page: Page, name: str) -> None:
    if KEEP:
        page.screenshot(path=str(Path(KEEP) / f"{name}.png"))


def _bottom(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", WIDE), ("light", PHONE)])
def test_what_the_customer_gave_is_in_sight_beside_the_conversation(
    new_page: PageMaker, desk: Desk, scheme: str, size: dict[str, int]
) -> None:
    console = Console(new_page(color_scheme=scheme, viewport=size), desk.url).sign_in()
    page = console.open(waiting(visitor(desk), GIVEN)).page
    given = page.get_by_role("region", name="Given already")
    for fact in ("FW-482913", "E-101", "jo@example.org", "Hub 2"):
        expect(given.get_by_text(fact)).to_be_visible()
        expect(given.get_by_text(fact)).to_be_in_viewport()
        assert _bottom(given.get_by_text(fact)) <= _bottom(given) + 1, "it is not scrolled away within its own place"
    expect(page.locator("#transcript .turn").first).to_be_in_viewport()
    expect(page.locator("#packet")).not_to_contain_text("Given already")
    looks_right(page)
    _keep(page, f"given-{scheme}-{size['width']}")
    given.get_by_role("link", name="said here").first.click()
    expect(page.locator("#turn-0")).to_be_focused()


def test_what_is_given_while_the_page_is_open_appears(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    maya.open(waiting(customer, "My lamp hums"))
    given = maya.page.get_by_role("region", name="Given already")
    expect(given).to_contain_text("has not given any facts")
    customer.say("It is order FW-482914.")
    expect(given).to_contain_text("FW-482914", timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_another_ticket_that_is_laid_before_the_reader_is_told_where_they_are(
    new_page: PageMaker, desk: Desk, agent: Agent, size: dict[str, int]
) -> None:
    name = f"Ida {size['width']}"
    email = f"{size['width']}{IDA[0]}"
    with desk.transaction() as tx:
        for ticket in queue.find(tx, Wanted(View.OPEN, size=LEFT_BEHIND)).tickets:
            holder = accounts.load(tx, ticket.assignee) if ticket.assignee else accounts.every(tx)[0]
            tickets.resolve(tx, ticket.id, holder)
    desk.hire(name, email, IDA[1], Role.AGENT)
    console = Console(new_page(viewport=size), desk.url).sign_in(email, IDA[1])
    page = console.page
    page.get_by_role("switch", name="Away").click()
    expect(page.get_by_role("switch", name="Available")).to_be_checked()
    first = waiting(visitor(desk), "My lamp hums")
    console.open(first)
    bar = page.locator("#offered")
    expect(bar).to_have_attribute("role", "status")
    expect(bar).to_have_text("")  # this one says so in its head
    second = waiting(visitor(desk), "My door is locked, order FW-482915")
    expect(bar).to_contain_text("Another ticket is for you, to take by", timeout=PATIENCE_MS)
    expect(bar).to_be_in_viewport()
    expect(bar.get_by_role("link")).to_have_attribute("href", f"/console/tickets/{second}")
    looks_right(page)
    _keep(page, f"offered-{size['width']}")
    agent.post(f"/v1/tickets/{second}/claim", {})
    expect(bar).to_have_text("", timeout=PATIENCE_MS)
    page.get_by_role("switch", name="Available").click()  # the next one's are not laid before her
    expect(page.get_by_role("switch", name="Away")).to_be_visible()
