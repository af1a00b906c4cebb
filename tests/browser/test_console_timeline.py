"""Beside a ticket stands what the same customer had with us before, and nothing of anybody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk, identity
from tests.served import Visitor


def known(desk: Desk, subject: str, site: str) -> Visitor:
    """A customer the website vouches for, with a new conversation."""
    return visitor(desk, identity=identity(subject), site=site)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_timeline_leads_to_the_earlier_ticket(new_page: PageMaker, desk: Desk, scheme: str, width: int) -> None:
    name = f"vera{width}"
    earlier = waiting(known(desk, name, "shop"), "My parcel from <b>May</b> never came")
    known(desk, name, "app").say("thanks")
    waiting(known(desk, f"other{width}", "shop"), "Somebody else's trouble")
    ticket = waiting(known(desk, name, "app"), "Now the invoice is wrong")
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    console = Console(page, desk.url).let_in().open(ticket)
    timeline = page.get_by_role("list", name="With this customer so far, newest first")
    expect(timeline.get_by_role("listitem")).to_have_count(3)
    expect(timeline).to_contain_text("This ticket app")
    expect(timeline).to_contain_text("Chat with the assistant, 2 messages app")
    expect(timeline).to_contain_text("My parcel from <b>May</b> never came Waiting shop")
    expect(page.locator("body")).not_to_contain_text("Somebody else")
    assert violations(page) == []
    timeline.scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    link = timeline.get_by_role("link", name="My parcel from <b>May</b> never came")
    link.scroll_into_view_if_needed()
    link.click()
    console.live()
    expect(page).to_have_url(f"{desk.url}/console/tickets/{earlier}", timeout=PATIENCE_MS)
