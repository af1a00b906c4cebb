"""A complaint in the console: made, taken from stage to stage with the customer told, and listed for leads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

CARL = ("carl@example.com", "another lead's password")


@pytest.fixture(scope="module")
def _lead(desk: Desk) -> None:
    desk.hire("Carl", *CARL)


def _step(console: Console, name: str) -> None:
    console.page.locator("#complaint").get_by_role("button", name=name).click()
    dialog = console.page.locator("#staging")
    expect(dialog.get_by_role("heading", name=name)).to_be_visible()
    expect(dialog.locator("#staging-text")).not_to_be_empty(timeout=PATIENCE_MS)
    text = dialog.locator("#staging-text").inner_text()
    dialog.get_by_role("button", name="Tell the customer").click()
    expect(dialog).to_be_hidden(timeout=PATIENCE_MS)
    expect(console.transcript).to_contain_text(text[:40], timeout=PATIENCE_MS)


def test_a_ticket_becomes_a_complaint_and_goes_its_way(new_page: PageMaker, desk: Desk) -> None:
    maya = Console(new_page(), desk.url).sign_in()
    customer = visitor(desk)
    maya.open(waiting(customer, "The fitter came on the wrong day"))
    panel, before = maya.page.locator("#complaint"), len(customer.read()["messages"])
    maya.button("Make it a complaint").click()
    maya.button("Cancel").click()
    assert len(customer.read()["messages"]) == before
    _step(maya, "Make it a complaint")
    expect(maya.page.locator(".assignee")).to_have_text("Yours", timeout=PATIENCE_MS)
    expect(panel).to_contain_text("Received", timeout=PATIENCE_MS)
    expect(maya.transcript).to_contain_text("We have recorded this as a complaint", timeout=PATIENCE_MS)
    expect(panel.get_by_role("button")).to_have_text(["Acknowledged", "Withdrawn"])
    _step(maya, "Acknowledged")
    expect(panel).to_contain_text("Maya", timeout=PATIENCE_MS)
    _step(maya, "Investigating")
    expect(panel.get_by_role("button", name="Remedy proposed")).to_be_visible(timeout=PATIENCE_MS)
    maya.composer.fill("The fitter had the wrong address and was late.")
    maya.send()
    expect(maya.composer).to_have_value("", timeout=PATIENCE_MS)
    panel.get_by_role("button", name="Remedy proposed").click()
    tell = maya.button("Tell the customer")
    expect(tell).to_be_disabled()
    maya.page.get_by_role("combobox", name="Root cause").select_option(label="How we treated the customer")
    expect(tell).to_be_disabled()
    expect(maya.page.locator("#staging-text")).to_be_empty()
    maya.page.get_by_role("combobox", name="Remedy").select_option(label="Apology and explanation")
    expect(maya.page.locator("#staging-text")).to_contain_text("We apologise and have explained", timeout=PATIENCE_MS)
    tell.click()
    expect(panel).to_contain_text("Apology and explanation", timeout=PATIENCE_MS)
    maya.button("Resolve").click()
    maya.page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(maya.alert).to_contain_text("not closed yet (proposed); close it first", timeout=PATIENCE_MS)
    expect(maya.alert).not_to_contain_text("kept")
    expect(maya.alert).not_to_contain_text("Nothing was sent")
    maya.alert.get_by_role("button", name="Dismiss").click()
    maya.page.locator("#reply").fill("Dear Jo,")
    maya.button("Resolve").click()
    maya.page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(maya.alert).to_contain_text("withdraw it. Your text is kept.", timeout=PATIENCE_MS)
    expect(maya.alert).not_to_contain_text("Nothing was sent")
    maya.alert.get_by_role("button", name="Dismiss").click()
    _step(maya, "Closed")
    expect(panel.get_by_role("button")).to_have_count(0, timeout=PATIENCE_MS)
    said = [message["text"] for message in customer.read()["messages"] if message["role"] == "system"]
    assert len(said) == 6
    assert "What we propose: We apologise and have explained what went wrong." in said[4]


@pytest.mark.usefixtures("_lead")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_leads_see_what_is_owed_and_axe_finds_no_violation(
    new_page: PageMaker, desk: Desk, agent: Agent, width: int, scheme: str
) -> None:
    ticket = waiting(visitor(desk), "You lost my parcel again")
    assert agent.client.post(f"/v1/tickets/{ticket}/complaint").status_code == 200
    asked = {"client_id": f"care-{ticket}", "kind": "goodwill", "amount": 9900, "reason": "GW-1", "ask": True}
    assert agent.client.post(f"/v1/tickets/{ticket}/concessions", json=asked).status_code == 200
    preview = agent.client.post(f"/v1/tickets/{ticket}/promises/preview", json={"kind": "call", "minutes": 60}).json()
    offer = {"kind": "call", "due_at": preview["due_at"]}
    body = {"text": preview["sentence"], "promises": [offer]}
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json=body).status_code == 200

    page = new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True)
    console = Console(page, desk.url).sign_in(*CARL)
    page.get_by_role("link", name="Care", exact=True).click()
    expect(page.get_by_role("list", name="Complaints")).to_contain_text("You lost my parcel again")
    expect(page.get_by_role("list", name="Waiting for your answer")).to_contain_text("USD 99.00")
    expect(page.get_by_role("list", name="Promises")).to_contain_text(preview["sentence"])
    looks_right(page)

    page.get_by_role("list", name="Complaints").locator(f'[href$="{ticket}"]').click()
    console.live()
    page.locator("#complaint").get_by_role("button", name="Acknowledged").click()
    expect(page.locator("#staging")).to_contain_text("Maya is working on this ticket.", timeout=PATIENCE_MS)
    expect(console.button("Tell the customer")).to_be_disabled()
    assert violations(page) == []
    page.keyboard.press("Escape")
    looks_right(page)
    if width > 1000:  # the columns scroll, the page does not
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.goto(f"{desk.url}/console?q=parcel+again")
    expect(console.line(ticket)).to_contain_text("Complaint, received")
    assert violations(page) == []


def test_the_buttons_stay_where_they_are_when_the_text_comes(new_page: PageMaker, desk: Desk) -> None:
    maya = Console(new_page(), desk.url).let_in()
    maya.open(waiting(visitor(desk), "The fitter came a day late"))
    held: list[Route] = []
    maya.page.route("**/complaint/preview", lambda route: held.append(route))
    with maya.page.expect_request("**/complaint/preview"):
        maya.button("Make it a complaint").click()
    before = maya.button("Cancel").bounding_box()
    expect(maya.page.locator("#staging-text")).to_be_empty()
    held[0].continue_()
    expect(maya.page.locator("#staging-text")).not_to_be_empty(timeout=PATIENCE_MS)
    assert maya.button("Cancel").bounding_box() == before
