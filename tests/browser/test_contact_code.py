"""The code that proves a typed address: entered in the chat, wrong and right, and the desk sees that it was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import insert

from bot.conversation.conversations import token_hash
from bot.storage import clock
from bot.storage.engine import open_database
from bot.storage.mail_tables import contact_codes
from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Desk
from tests.browser.widget import Widget


def _sent(desk: Desk, conversation_id: str) -> None:
    """What a desk with e-mail does when the address is given; tests/contracts/test_mail_loop.py has the mail itself."""
    database = open_database(f"sqlite:///{desk.process.log.parent / 'answerdesk.db'}")
    code = {"email": "jo@example.org", "expires_at": clock.after(clock.now(), 600), "tries_left": 3}
    hashed = token_hash(f"{conversation_id}:12345678")
    with database.transaction() as tx:
        tx.execute(insert(contact_codes).values(conversation_id=conversation_id, code_hash=hashed, **code))
    database.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_customer_enters_the_code_by_keyboard(
    new_page: PageMaker, desk: Desk, scheme: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 780}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{desk.url}/demo")
    widget = Widget(page).open()
    widget.ask_for_person()
    asked = widget.inside.locator("#contact form")
    expect(asked).to_be_visible(timeout=PATIENCE_MS)
    asked.get_by_label("Your e-mail address").fill("jo@example.org")
    page.keyboard.press("Enter")
    line = widget.inside.locator("#contact").get_by_role("status")
    expect(line).to_contain_text("jo@example.org")
    conversation, token = widget.identifiers
    _sent(desk, conversation)
    page.reload()
    if width < 600:  # on a phone the chat would cover the page: it waits to be opened
        widget.launcher.click()
    form = widget.inside.get_by_role("form", name="We have sent a code to this address.")
    expect(form).to_be_visible(timeout=PATIENCE_MS)
    expect(form).to_contain_text("jo@example.org")
    assert violations(widget.frame) == []
    assert widget.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    form.get_by_label("Code from the mail").focus()
    page.keyboard.type("0000 0000")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("This is not the code, or it is too old.")
    expect(form.get_by_label("Code from the mail")).to_be_focused()
    assert violations(widget.frame) == []
    form.get_by_label("Code from the mail").fill("1234 5678")
    page.keyboard.press("Enter")
    expect(line).to_have_text("The team's answers reach you by mail as well: jo@example.orgChange")
    expect(line).to_be_focused()
    console = Console(new_page(), desk.url).let_in().open(desk.stored(conversation, token)["ticket"]["id"])
    expect(console.page.locator("#packet")).to_contain_text("jo@example.org entered the code we mailed")
    expect(console.page.locator("#mail")).to_contain_text("Entered the code we mailed")


def test_a_lost_code_is_asked_for_once_more(new_page: PageMaker, desk: Desk) -> None:
    """The desk of these tests has no e-mail: what one with e-mail would say is put into its answers."""
    page = new_page(viewport={"width": 390, "height": 780}, bypass_csp=True)

    def lost(route: Route) -> None:
        answered = route.fetch()
        told = answered.json()
        if told.get("code"):
            told["code"]["may_send_again"] = True
        route.fulfill(response=answered, json=told)

    page.route("**/v1/conversations/*/contact", lost)
    page.goto(f"{desk.url}/demo")
    widget = Widget(page)
    widget.launcher.click()
    widget.ask_for_person()
    conversation, _ = widget.identifiers
    _sent(desk, conversation)
    page.reload()
    widget.launcher.click()
    asked = widget.inside.locator("#contact form")
    asked.get_by_role("button", name="No, thanks").click(timeout=PATIENCE_MS)
    page.reload()
    widget.launcher.click()
    form = widget.inside.get_by_role("form", name="We have sent a code to this address.")
    again = form.get_by_role("button", name="Send a new code")
    again.click(timeout=PATIENCE_MS)
    expect(form.get_by_role("alert")).to_have_text(re.compile("not sent|Not sent|could not", re.IGNORECASE))
    expect(again).to_be_hidden()
    page.route("**/contact/code/again", lambda route: route.fulfill(json={}))
    page.reload()
    widget.launcher.click()
    again.click(timeout=PATIENCE_MS)
    expect(form.get_by_role("status")).to_have_text("A new code is on its way. The one before is not good any more.")
    expect(form.get_by_label("Code from the mail")).to_be_focused()
    assert violations(widget.frame) == []
    assert widget.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
