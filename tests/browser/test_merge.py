"""Two tickets of one customer become one, seen by the agent who merges them and by the customer's page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk, identity
from tests.browser.test_widget_devices import signed_in


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_agent_merges_and_the_customers_page_goes_on_in_the_other(
    new_page: PageMaker, desk: Desk, agent: Agent, scheme: str, width: int
) -> None:
    name = f"merle{width}"
    customer = signed_in(new_page(), f"{desk.url}/demo", name)
    customer.ask_for_person()
    customer.write("My order FW-123456 never came")
    customer.arrived()
    before, _ = customer.identifiers
    other = waiting(visitor(desk, identity=identity(name), site="app"), "The <b>invoice</b> is wrong as well")
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    console = Console(page, desk.url).sign_in()
    page.goto(f"{desk.url}/console?q=FW-123456")
    console.line(agent.ticket_of(before)).get_by_role("link").click()
    console.live()
    page.get_by_role("button", name="Merge", exact=True).click()
    dialog = page.get_by_role("dialog", name="Merge")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    expect(dialog).to_contain_text("The <b>invoice</b> is wrong as well")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dialog.get_by_role("button", name="Merge tickets").click()
    expect(page).to_have_url(f"{desk.url}/console/tickets/{other}", timeout=PATIENCE_MS)
    console.live()
    expect(console.transcript).to_contain_text("My order FW-123456 never came")
    expect(console.transcript.locator(".joined").first).to_have_text("merged ticket")
    expect(page.locator("#facts")).to_contain_text("FW-123456")
    expect(page.get_by_role("list", name="Merged into this ticket").get_by_role("link")).to_have_count(1)
    assert violations(page) == []
    expect(customer.log).to_contain_text("Your other request goes on here, too", timeout=PATIENCE_MS)
    expect(customer.log).to_contain_text("The <b>invoice</b> is wrong as well")
    joined = customer.log.locator(".joined")
    expect(joined.first).to_contain_text("Your other request")
    expect(joined.filter(has_text="My order FW-123456 never came")).to_have_count(1)
    assert customer.identifiers[0] != before
    console.composer.fill("Both are on their way.")
    console.send()
    expect(customer.log).to_contain_text("Both are on their way.")
