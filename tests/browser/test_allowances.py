"""An agent gives within the limit, asks a lead above it, and reads the answer; both pages follow by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk

LEA = ("lea@example.com", "a lead's long password")


@pytest.fixture(scope="module")
def _lead(desk: Desk) -> None:
    desk.hire("Lea", *LEA)


@pytest.fixture
def lea(new_page: PageMaker, desk: Desk, _lead: None) -> Console:
    return Console(new_page(), desk.url).let_in(*LEA)


def _panel(console: Console) -> Locator:
    return console.page.locator("#allowances")


def _give(console: Console, amount: str) -> Locator:
    console.button("Give").click()
    dialog = console.page.locator("#granting")
    dialog.get_by_label("Amount").fill(amount)
    dialog.get_by_label("One line of explanation").fill("Two failed visits")
    dialog.get_by_role("button", name="Give it").click()
    return dialog


def test_within_the_limit_and_above_it(maya: Console, lea: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk, region="uk"), "The fitter did not come, twice")
    maya.open(ticket)
    expect(_panel(maya)).to_contain_text("GBP 40.00 left for you")
    dialog = _give(maya, "12,5")
    expect(dialog).to_be_hidden(timeout=PATIENCE_MS)
    expect(_panel(maya)).to_contain_text("Goodwill credit, GBP 12.50", timeout=PATIENCE_MS)
    expect(_panel(maya)).to_contain_text("GBP 27.50 left for you")

    dialog = _give(maya, "99.00")
    expect(dialog).to_contain_text("above your limit: GBP 27.50 is left", timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="Ask a lead").click()
    expect(_panel(maya)).to_contain_text("Waits for a lead", timeout=PATIENCE_MS)
    expect(_panel(maya).get_by_role("button", name="Approve")).to_have_count(0)

    lea.page.goto(f"{desk.url}/console?show=mentions")
    lea.line(ticket).get_by_role("link").click()
    lea.live()
    _panel(lea).get_by_role("button", name="Approve").click()
    deciding = lea.page.locator("#deciding")
    deciding.get_by_role("button", name="Approve").click()
    expect(deciding.get_by_label("Reason")).to_be_focused()
    deciding.get_by_label("Reason").fill("Twice is twice.")
    deciding.get_by_role("button", name="Approve").click()
    expect(_panel(lea)).to_contain_text("Goodwill credit, GBP 99.00", timeout=PATIENCE_MS)
    expect(_panel(lea).get_by_role("button", name="Approve")).to_have_count(0)
    expect(_panel(maya)).to_contain_text("Lea: Twice is twice.", timeout=PATIENCE_MS)
    expect(maya.page.locator("#notes")).to_contain_text("Lea approved", timeout=PATIENCE_MS)


def test_an_amount_is_written_as_people_write_it(maya: Console, desk: Desk) -> None:
    as_written = {"£12": "12.00", "gbp 1,000.00": "1000.00", "1.000,5 £": "1000.50", "2,000": "2000.00"}
    for written, told in as_written.items():
        maya.open(waiting(visitor(desk, region="uk"), "The lamp hums"))
        dialog = _give(maya, written)
        if told != "12.00":
            dialog.get_by_role("button", name="Ask a lead").click(timeout=PATIENCE_MS)
        expect(_panel(maya)).to_contain_text(f"GBP {told}", timeout=PATIENCE_MS)


def test_a_request_outlives_its_ticket(maya: Console, lea: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp hums")
    maya.open(ticket)
    _give(maya, "99").get_by_role("button", name="Ask a lead").click()
    expect(_panel(maya)).to_contain_text("Waits for a lead", timeout=PATIENCE_MS)
    maya.button("Resolve").click()
    maya.page.locator("#closing-do").click()
    doubt = maya.page.get_by_role("dialog").get_by_role("alert")
    expect(doubt).to_contain_text("No lead has answered the request for Goodwill credit, USD 99.00.")
    maya.button("Resolve all the same").click()
    expect(maya.composer).to_be_hidden(timeout=PATIENCE_MS)
    lea.page.goto(f"{desk.url}/console/care")
    lea.page.get_by_role("list", name="Waiting for your answer").locator(f'[href$="{ticket}"]').click()
    lea.live()
    _panel(lea).get_by_role("button", name="Approve").click()
    lea.page.locator("#deciding-reason").fill("Fair.")
    lea.page.locator("#deciding-do").click()
    expect(_panel(maya)).to_contain_text("Lea: Fair.", timeout=PATIENCE_MS)


def test_a_reason_to_approve_is_none_to_deny(maya: Console, lea: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp hums")
    maya.open(ticket)
    _give(maya, "99").get_by_role("button", name="Ask a lead").click()
    lea.open(ticket)
    deciding = lea.page.locator("#deciding")
    _panel(lea).get_by_role("button", name="Approve").click()
    deciding.get_by_label("Reason").fill("Fair enough.")
    deciding.get_by_role("button", name="Cancel").click()
    _panel(lea).get_by_role("button", name="Deny").click()
    expect(deciding.get_by_label("Reason")).to_have_value("")


def test_what_is_no_amount_is_said_in_the_dialog(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp hums"))
    for odd in ("", "x", "-5", "1.234", "1e3", "1,00,000", "€5", "5 5"):
        dialog = _give(maya, odd)
        expect(dialog.get_by_text("Write an amount")).to_be_visible()  # hidden again whenever the dialog opens
        expect(maya.page.get_by_label("Amount")).to_be_focused()
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_be_hidden()


def test_too_large_an_amount_is_said_in_words(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp hums"))
    expect(_give(maya, "99999999.00")).to_contain_text("That is too large an amount.")


def test_an_answer_that_does_not_get_through_is_said_in_the_dialog(maya: Console, lea: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp hums")
    maya.open(ticket)
    _give(maya, "99").get_by_role("button", name="Ask a lead").click()
    lea.open(ticket)
    lea.page.route("**/v1/concessions/**", lambda route: route.abort())
    _panel(lea).get_by_role("button", name="Deny").click()
    deciding = lea.page.locator("#deciding")
    deciding.get_by_label("Reason").fill("Not this time.")
    deciding.get_by_role("button", name="Deny").click()
    expect(deciding.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(deciding.get_by_label("Reason")).to_have_value("Not this time.")


@pytest.mark.usefixtures("_lead")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation(new_page: PageMaker, desk: Desk, width: int, scheme: str) -> None:
    ticket = waiting(visitor(desk), "The lamp hums")
    agent = Console(new_page(), desk.url).let_in().open(ticket)
    _give(agent, "99").get_by_role("button", name="Ask a lead").click()
    page = new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True)
    console = Console(page, desk.url).let_in(*LEA).open(ticket)
    expect(_panel(console)).to_contain_text("Waits for a lead", timeout=PATIENCE_MS)
    looks_right(page)
    _panel(console).get_by_role("button", name="Deny").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(_give(console, "9000")).to_contain_text("above your limit", timeout=PATIENCE_MS)
    assert violations(page) == []
