"""How a waiting customer can be reached: asked without being in the way, and what they gave can be put right."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk
from tests.browser.widget import Widget


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_the_form_is_one_line_for_whoever_writes_on(
    new_page: PageMaker, desk: Desk, scheme: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    widget = Widget.in_shop(page, desk.url)
    widget.ask_for_person()
    email = widget.inside.get_by_label("Your e-mail address")
    expect(email).to_be_visible()
    expect(widget.inside.get_by_role("button", name="Send", exact=True)).to_have_count(1)
    widget.write("My hub is broken")  # one line: at a weekend the note above it is a line longer
    widget.arrived()
    expect(email).to_be_hidden()
    offer = widget.inside.get_by_text("Leave your e-mail address")
    expect(offer).to_be_in_viewport(ratio=1)
    expect(widget.log.locator(".note")).to_be_in_viewport(ratio=1)
    assert violations(widget.frame) == []
    offer.focus()
    page.keyboard.press("Enter")
    expect(email).to_be_focused()
    expect(offer).to_be_hidden()
    assert violations(widget.frame) == []


def test_the_address_that_was_given_stays_in_sight_and_can_be_put_right(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    widget = Widget.in_shop(page, desk.url)
    widget.ask_for_person()
    widget.inside.get_by_label("Your e-mail address").fill("jo@exmaple.org")
    page.keyboard.press("Enter")
    given = widget.inside.locator("#contact").get_by_role("status")
    expect(given).to_contain_text("jo@exmaple.org")
    expect(given).to_be_focused()
    assert violations(widget.frame) == []
    widget.write("My hub is broken")
    widget.arrived()
    expect(given).to_contain_text("jo@exmaple.org")
    widget.button("Change").click()
    email = widget.inside.get_by_label("Your e-mail address")
    expect(email).to_have_value("jo@exmaple.org")
    expect(email).to_be_focused()
    email.fill("jo@example.org")
    widget.button("Save address").click()
    expect(given).to_contain_text("jo@example.org")
    page.reload()
    widget.launcher.click()
    expect(given).to_contain_text("jo@example.org")
