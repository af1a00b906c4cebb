"""Whom a ticket goes to and why, as agent and lead see it; how a customer for whom nobody is there can be reached."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.access import Role
from bot.desk import accounts, queue, tickets
from bot.desk.queue import View, Wanted
from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk
from tests.browser.widget import Widget

LEADS = {"light": "Tara", "dark": "Theo"}
PASSWORD = "a fourth long password"
LEFT_BEHIND = 500
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 780}
KEEP = os.environ.get("SCREENSHOTS")
"""A folder for pictures of what the tests saw, when somebody wants to look at them."""


@pytest.fixture(scope="module")
def leads(desk: Desk) -> dict[str, str]:
    """The leads' e-mail addresses by their names."""
    addresses = {name: f"{name.lower()}@example.com" for name in LEADS.values()}
    with desk.transaction() as tx:
        # What other tests left waiting would be laid before whoever is available first.
        for ticket in queue.find(tx, Wanted(View.OPEN, size=LEFT_BEHIND)).tickets:
            holder = accounts.load(tx, ticket.assignee) if ticket.assignee else accounts.every(tx)[0]
            tickets.resolve(tx, ticket.id, holder)
        for name, address in addresses.items():
            accounts.add(tx, address, name, Role.LEAD, PASSWORD)
    return addresses


def _keep(page: Page, name: str) -> None:
    if KEEP:
        page.screenshot(path=str(Path(KEEP) / f"{name}.png"))


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_an_available_person_is_given_the_ticket_told_why_and_the_lead_sees_the_load(
    new_page: PageMaker, desk: Desk, leads: dict[str, str], scheme: str, size: dict[str, int]
) -> None:
    name = LEADS[scheme]
    console = Console(new_page(color_scheme=scheme, viewport=size, bypass_csp=True), desk.url)
    page = console.sign_in(leads[name], PASSWORD).page
    switch = page.get_by_role("switch", name="Away")
    switch.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="Available")).to_be_checked()
    try:
        ticket = waiting(visitor(desk), "My smart lock jams, order FW-482913")
        page.get_by_role("link", name="Mine").click()
        expect(console.line(ticket)).to_contain_text("For you, to take by", timeout=PATIENCE_MS)
        assert violations(page) == []
        _keep(page, f"assigned-queue-{scheme}")
        console.open(ticket)
        expect(page.locator(".assignee")).to_contain_text("Assigned to you, to take by")
        expect(page.locator(".why")).to_contain_text("nobody else with room")
        expect(page.locator("#packet")).to_contain_text("Routed")
        expect(page.locator("#packet")).to_contain_text("order number")
        looks_right(page)
        _keep(page, f"assigned-ticket-{scheme}")
        console.button("Claim").click()
        expect(page.locator(".assignee")).to_have_text("Yours", timeout=PATIENCE_MS)
        expect(page.locator(".why")).to_have_count(0)

        page.goto(f"{desk.url}/console/team")
        own = page.get_by_role("listitem").filter(has_text=name)
        expect(own).to_contain_text("Available")
        expect(own).to_contain_text("claimed")
        own.get_by_role("button", name=f"Arrange {name}").click()
        dialog = page.get_by_role("dialog", name=f"Arrange {name}")
        for odd in ("2", "5000", "2.5"):
            dialog.get_by_label("Points held at once").fill(odd)
            dialog.get_by_role("button", name="Save").click()
            expect(dialog.get_by_role("alert")).to_have_text(
                "Write a whole number, 3 to 1000 points, or nothing for the usual ones."
            )
        dialog.get_by_role("group", name="Teams").get_by_label("Locks and doors").check()
        assert violations(page) == []
        _keep(page, f"team-dialog-{scheme}")
        dialog.get_by_label("Points held at once").fill("12")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
        expect(own).to_contain_text("of 12 points")
        expect(own).to_contain_text("Locks and doors")
        looks_right(page)
        _keep(page, f"team-{scheme}")
    finally:
        page.get_by_role("switch").click()
        expect(page.get_by_role("switch", name="Away")).not_to_be_checked()


def test_an_agent_is_not_shown_the_team(new_page: PageMaker, desk: Desk) -> None:
    page = Console(new_page(), desk.url).sign_in().page
    expect(page.get_by_role("link", name="Team")).to_have_count(0)
    assert page.goto(f"{desk.url}/console/team").status == 403  # type: ignore[union-attr]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_customer_for_whom_nobody_is_there_says_how_to_be_reached_by_keyboard(
    new_page: PageMaker, desk: Desk, leads: dict[str, str], scheme: str
) -> None:
    page = new_page(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    widget = Widget.in_shop(page, desk.url)
    widget.ask_for_person()
    expect(widget.inside.get_by_role("form", name="How can the team reach you")).to_be_visible(timeout=PATIENCE_MS)
    form = widget.inside.locator("#contact form")
    looks_right(widget.frame)
    form.get_by_label("Your name (optional)").focus()
    page.keyboard.type("Jo")
    page.keyboard.press("Tab")
    page.keyboard.type("jo at example")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("Please check the e-mail address.")
    expect(form.get_by_label("Your e-mail address")).to_be_focused()
    assert violations(widget.frame) == []
    _keep(page, f"contact-{scheme}")
    form.get_by_label("Your e-mail address").fill("jo@example.org")
    page.keyboard.press("Enter")
    given = widget.inside.locator("#contact").get_by_role("status")
    expect(given).to_contain_text("The team sees your address beside your question: jo@example.org")
    page.reload()
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    expect(widget.inside.locator("#contact form")).to_have_count(0)
    console = Console(new_page(), desk.url).sign_in(leads["Tara"], PASSWORD)
    seen = console.page
    ticket = desk.stored(*widget.identifiers)["ticket"]["id"]
    console.open(ticket)
    expect(seen.locator("#packet")).to_contain_text("jo@example.org typed by the customer, not verified")


def test_it_is_sent_away_and_does_not_come_back(widget: Widget) -> None:
    widget.ask_for_person()
    form = widget.inside.locator("#contact form")
    expect(form).to_be_visible(timeout=PATIENCE_MS)
    widget.text.fill("One more thing")
    form.get_by_role("button", name="No, thanks").click()
    expect(form).to_be_hidden()
    expect(widget.text).to_be_focused()
    expect(widget.text).to_have_value("One more thing")
    widget.page.reload()
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    expect(form).to_have_count(0)
