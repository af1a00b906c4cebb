"""An agent proposes a ready-made text, a lead says why not, it is mended and approved, and stands in the composer."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.axe import looks_right, looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk

MIRA = ("mira@example.com", "a lead's long password")
MIRAS_NAME = "Mira Wolkenstein-Hohenlohe of the Desk"
ROWS = "rooms => new Set([...rooms.children].map(room => room.offsetTop)).size"
NAME = "<img src=x> of the label"


def _line(console: Console) -> Locator:
    return console.page.locator(".macro").filter(has_text=NAME)


def _write(console: Console, text: str, save: str) -> None:
    dialog = console.page.locator("#macro-writing")
    dialog.get_by_label("English").first.fill(text)
    dialog.get_by_role("button", name=save).click()


def test_a_macro_from_proposal_to_reply(maya: Console, new_page: PageMaker, desk: Desk) -> None:
    desk.hire(MIRAS_NAME, *MIRA)
    lead = Console(new_page(), desk.url).let_in(*MIRA)
    ticket = waiting(visitor(desk), "The box is damaged")
    maya.page.goto(f"{desk.url}/console")
    maya.page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Macros").click()
    maya.button("Propose a macro").click()
    maya.page.get_by_label("Name").fill(NAME)
    _write(maya, "Hello {customer}!", "Propose a macro")
    wrong = maya.page.get_by_role("alert").filter(has_text="unknown place {customer}")
    expect(wrong).to_be_visible(timeout=PATIENCE_MS)
    looks_right(maya.page)
    _write(maya, "Hello {customer_name}!", "Propose a macro")
    expect(_line(maya)).to_contain_text("proposed by Maya", timeout=PATIENCE_MS)

    lead.page.goto(f"{desk.url}/console/care")
    assert lead.page.get_by_role("navigation", name="Rooms").evaluate(ROWS) == 1
    lead.page.get_by_role("link", name="1 macro waits for approval").click()
    _line(lead).get_by_role("button", name="Reject").click()
    lead.page.get_by_label("Why not?").fill("Too short")
    lead.page.locator("#macro-rejecting").get_by_role("button", name="Reject").click()
    expect(_line(lead)).to_contain_text(f"rejected by {MIRAS_NAME}: Too short", timeout=PATIENCE_MS)

    maya.page.reload()
    _line(maya).locator("summary").first.click()
    _line(maya).get_by_role("button", name="Propose again").click()
    _write(maya, "Hello {customer_name}, please send a photo.", "Save")
    expect(_line(maya)).to_contain_text("proposed by Maya", timeout=PATIENCE_MS)
    lead.page.reload()
    _line(lead).get_by_role("button", name="Approve").click()
    expect(_line(lead)).to_contain_text(f"{MIRAS_NAME} approved it", timeout=PATIENCE_MS)
    looks_right_everywhere(lead.page)

    maya.open(ticket).page.get_by_label("Insert a ready-made text").select_option(NAME)
    expect(maya.composer).to_have_value("Hello there, please send a photo.")
