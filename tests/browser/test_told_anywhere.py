"""Whoever works at the desk is told on any page what became theirs, what was taken over and who calls them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.access import Role
from bot.desk import accounts, assignment, duty
from bot.desk.accounts import Account
from bot.desk.transfer import assign
from tests.browser.axe import looks_right
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

PASSWORD = "an eighth long password"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
KEEP = os.environ.get("SCREENSHOTS")


def _keep(page: Page, name: str) -> None:
    if KEEP:
        page.screenshot(path=str(Path(KEEP) / f"{name}.png"))


def _named(desk: Desk, name: str) -> Account:
    with desk.transaction() as tx:
        return next(one for one in accounts.every(tx) if one.name == name)


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_ticket_handed_over_taken_back_and_a_call_are_told_on_queue_and_ticket_page(
    new_page: PageMaker, desk: Desk, agent: Agent, size: dict[str, int]
) -> None:
    name, email = f"Otto {size['width']}", f"otto{size['width']}@example.com"
    desk.hire(name, email, PASSWORD, Role.LEAD)
    page = Console(new_page(viewport=size), desk.url).sign_in(email, PASSWORD).page
    told = page.locator("#notified")
    expect(told).to_have_attribute("role", "status")
    expect(told).to_have_text("")
    first = waiting(visitor(desk), "My lamp hums")
    agent.post(f"/v1/tickets/{first}/assign", {"account_id": _named(desk, name).id})
    expect(told).to_contain_text("Maya handed a ticket over to you:", timeout=PATIENCE_MS)
    expect(told.get_by_role("link", name="My lamp hums")).to_have_attribute("href", f"/console/tickets/{first}")
    expect(told).to_be_in_viewport()
    looks_right(page)
    _keep(page, f"told-queue-{size['width']}")
    told.get_by_role("link", name="My lamp hums").click()
    expect(page.locator("#live")).to_have_text("Live", timeout=PATIENCE_MS)
    page.get_by_label("Your reply to the customer").fill("Is it")
    second = waiting(visitor(desk), "My door is locked")
    agent.post(f"/v1/tickets/{first}/claim", {"take_over": True})
    agent.post(f"/v1/tickets/{second}/notes", {"text": f"@{name} please call now"})
    expect(told).to_contain_text("Maya has this ticket of yours now: My lamp hums", timeout=PATIENCE_MS)
    expect(told).to_contain_text("Maya calls you in a note: My door is locked")
    _keep(page, f"told-ticket-{size['width']}")
    told.get_by_role("button", name="Dismiss: Maya has").click()
    expect(told.locator("p")).to_have_count(1)
    told.get_by_role("link", name="My door is locked").click()
    page.get_by_role("button", name="Take it off my mentions").click()
    expect(page.get_by_role("button", name="Take it off my mentions")).to_have_count(0, timeout=PATIENCE_MS)
    page.goto(f"{desk.url}/console")
    expect(page.get_by_role("link", name="My mentions 0")).to_be_visible()


def test_on_a_page_without_a_stream_it_is_told_too(new_page: PageMaker, desk: Desk) -> None:
    desk.hire("Olga", "olga@example.com", PASSWORD, Role.LEAD)
    page = new_page()
    page.clock.install()
    Console(page, desk.url).sign_in("olga@example.com", PASSWORD)
    page.goto(f"{desk.url}/console/care")
    ticket = waiting(visitor(desk), "My lamp hums")
    maya, olga = _named(desk, "Maya"), _named(desk, "Olga")
    with desk.transaction() as tx:
        assign(tx, ticket, maya, olga)
    page.clock.fast_forward(31_000)
    expect(page.locator("#notified")).to_contain_text("Maya handed a ticket over to you: My lamp hums")


def test_that_nobody_is_available_is_said_on_queue_and_team_page(new_page: PageMaker, desk: Desk) -> None:
    desk.hire("Odo", "odo@example.com", PASSWORD, Role.LEAD)
    with desk.transaction() as tx:
        for one in accounts.every(tx):
            duty.set_available(tx, one.id, available=False)
        assert assignment.unattended(tx) is not None
    page = Console(new_page(viewport=WIDE), desk.url).sign_in("odo@example.com", PASSWORD).page
    nobody = page.get_by_text("Nobody is available")
    expect(nobody).to_be_visible()
    _keep(page, "nobody-queue")
    page.goto(f"{desk.url}/console/team")
    expect(nobody).to_be_visible()
    _keep(page, "nobody-team")
    page.get_by_role("switch", name="Away").click()
    expect(nobody).to_have_count(0, timeout=PATIENCE_MS)
    page.get_by_role("switch", name="Available").click()
    expect(nobody).to_be_visible(timeout=PATIENCE_MS)


def test_who_only_writes_articles_comes_to_the_articles(new_page: PageMaker, desk: Desk) -> None:
    desk.hire("Wren", "wren@example.com", PASSWORD, Role.CONTENT)
    console = Console(new_page(), desk.url)
    console.arrive("/console", "wren@example.com", PASSWORD)
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Articles")
    console.page.get_by_role("link", name="desk").click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Articles")


def test_the_conversation_keeps_its_height_beside_a_long_reply(new_page: PageMaker, desk: Desk) -> None:
    console = Console(new_page(viewport=WIDE), desk.url).sign_in()
    story = "My Hub 2 blinks red since yesterday and nothing I tried so far, restarting it included, made it stop"
    console.open(waiting(visitor(desk), "How do I reset Hub 2?", f"{story}. Order FW-482913"))
    page = console.page
    page.evaluate(
        """() => document.getElementById('offered').innerHTML =
          '<p><span>Another ticket is for you, to take by 12:00:</span> <a href="#">My lamp hums</a></p>'.repeat(2)"""
    )
    console.composer.fill("\n".join(f"{number}. Press a paper clip into the hole." for number in range(1, 40)))
    box = console.transcript.bounding_box()
    assert box is not None
    _keep(page, "long-reply")
    assert box["height"] >= 240
    expect(console.button("Send reply")).to_be_in_viewport(ratio=1)
    looks_right(page)
