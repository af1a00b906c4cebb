"""Days after a ticket was resolved the customer finds the question in the chat; "no" opens the same ticket again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Agent, Desk
from tests.browser.widget import Widget


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_opens_the_same_ticket_and_the_customer_is_told_when(
    new_page: PageMaker, desk: Desk, agent: Agent, scheme: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 780}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{desk.url}/demo")
    widget = Widget(page).open()
    widget.ask_for_person()
    ticket = agent.ticket_of(widget.identifiers[0])
    agent.claim(widget.identifiers[0])
    agent.resolve(widget.identifiers[0])
    expect(widget.inside.locator("#survey form")).to_be_visible(timeout=PATIENCE_MS)
    desk.ask_whether_still_fine(ticket)
    page.reload()
    if width < 600:  # on a phone the chat would cover the page: it waits to be opened
        widget.launcher.click()
    question = widget.inside.get_by_role("group", name="A few days ago we closed your request.")
    expect(question).to_be_visible(timeout=PATIENCE_MS)
    expect(widget.inside.locator("#survey form")).to_have_count(0)
    assert violations(widget.frame) == []
    assert widget.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    question.get_by_role("button", name="No, not yet").press("Enter")
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    expect(question).to_have_count(0)
    expect(widget.log).to_contain_text("You will have an answer here")
    console = Console(new_page(), desk.url).let_in().open(ticket)
    expect(console.page.locator("#standing")).to_contain_text("Waiting")
    expect(console.page.locator("#notes")).to_contain_text("it is not")
    console.page.get_by_text("History", exact=True).click()
    expect(console.page.locator("#history")).to_contain_text("Customer is not done with it")
