"""What the content team does with the gaps, in a real browser against the real service."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.gaps import ledger
from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

LEAD = ("lena@example.com", "a third long password")
WORDINGS = (
    "is there a wall bracket for the hub",
    "can hub 2 be mounted on the wall",
    "I have no shelf near the router, how do I hang the hub up?",
    "How do I reset Hub 2?",
)
ANSWER = "Hub 2 can be hung on a wall with the mount FW-WM2, which costs $12."


@pytest.fixture(scope="module")
def gap(desk: Desk, agent: Agent) -> str:
    """What four customers asked; one would be answered, but not as the person did. The first got a person's reply."""
    asked = []
    for text in WORDINGS:
        customer = visitor(desk)
        waiting(customer, text)
        asked.append(customer)
    agent.reply(asked[0].id, ANSWER)
    ids = [customer.read()["messages"][0]["id"] for customer in asked]
    desk.hire("Lena", *LEAD)
    with desk.transaction() as tx:
        return ledger.open_gap(tx, ids)


def test_the_ledger_is_read_asked_again_and_not_closed_without_proof(
    new_page: PageMaker, desk: Desk, gap: str
) -> None:
    console = Console(new_page(), desk.url).sign_in(*LEAD)
    page = console.page
    page.get_by_role("link", name="Gaps").click()
    page.locator(f'a[href="/console/gaps/{gap}"]').click()
    page.get_by_role("button", name="Ask again now").click()
    expect(page.locator("#standing")).to_contain_text("0 of 4 answered, checked", timeout=PATIENCE_MS)
    expect(page.get_by_text("Goes to a person").first).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("4 of 4 wordings are not answered", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator('[data-status="open"]')).to_be_visible()
    page.reload()
    expect(page.locator("blockquote").first).to_have_text(ANSWER)
    page.get_by_role("button", name="Propose these cases").click()
    expect(page.get_by_text("3 proposed.")).to_be_visible()
    expect(page.get_by_label("Draft for the article")).to_contain_text('- "is there a wall bracket')
    for place in ("/console/proposals", "/console/gaps", f"/console/gaps/{gap}"):
        page.goto(desk.url + place)
        looks_right_everywhere(page)
    page.goto(f"{desk.url}/console/proposals")
    page.get_by_role("button", name="Look for candidates").click()
    # The desk's other tests hand conversations over as well.
    expect(page.get_by_text("From a conversation").nth(6)).to_be_visible(timeout=PATIENCE_MS)
