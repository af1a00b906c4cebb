"""The console says what is so: days beside times, what was cut, what did not come, how many are new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

PASTE = """([id, text]) => {
  const given = new DataTransfer();
  given.setData('text/plain', text);
  document.getElementById(id).dispatchEvent(new ClipboardEvent('paste', { clipboardData: given, bubbles: true }));
}"""


@pytest.fixture
def maya(new_page: PageMaker, desk: Desk) -> Console:
    return Console(new_page(), desk.url).sign_in()


def test_a_ticket_that_sleeps_for_days_says_until_which_day(maya: Console, desk: Desk, agent: Agent) -> None:
    ticket = waiting(visitor(desk), "The lamp may hum until next week")
    until = datetime.now(UTC) + timedelta(days=3)
    put_off = agent.client.post(f"/v1/tickets/{ticket}/snooze", json={"until": until.isoformat()})
    assert put_off.status_code == 200, put_off.text
    maya.open(ticket)
    expect(maya.page.locator("#standing")).to_contain_text("Snoozed until")
    expect(maya.page.locator("#standing .chip time")).to_contain_text(until.astimezone().strftime("%b"))
    maya.page.goto(f"{desk.url}/console?show=snoozed")
    expect(maya.line(ticket)).to_contain_text(f"{until.astimezone().strftime('%b')} {until.astimezone().day}")


def test_who_pastes_more_than_fits_is_told(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp hums"))
    maya.page.evaluate(PASTE, ["reply", "x" * 4000])
    expect(maya.alert).to_be_hidden()
    maya.page.evaluate(PASTE, ["reply", "x" * 4001])
    expect(maya.alert).to_contain_text("The pasted text was cut: at most 4000 characters fit here.")


def test_a_source_that_does_not_come_is_said(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "How do I set up Hub 2?", "A person, please: how do I set up Hub 2?"))
    maya.page.route("**/console/articles/**", lambda route: route.abort())
    maya.page.locator("[data-source]").first.click()
    expect(maya.alert).to_contain_text("The source could not be loaded. Please try again.")
    maya.page.unroute("**/console/articles/**")
    maya.page.locator("[data-source]").first.click()
    expect(maya.page.locator("#source")).to_contain_text("Hub 2")


def test_a_time_that_is_missing_is_asked_for(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp hums"))
    maya.page.evaluate("addEventListener('invalid', ({ target }) => (document.body.dataset.asked = target.id), true)")
    for opens, does, field in [("Promise", "#promise-do", "promise-until"), ("Snooze", "#snooze-do", "snooze-until")]:
        maya.button(opens).click()
        maya.page.locator(does).click()
        expect(maya.page.locator(f"#{field}")).to_be_focused()
        assert maya.page.evaluate("document.body.dataset.asked") == field
        maya.page.keyboard.press("Escape")
        maya.page.keyboard.press("Escape")


def test_the_title_counts_all_that_came_while_nobody_looked(maya: Console, desk: Desk) -> None:
    maya.sign_in()
    maya.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => !window.looked, configurable: true })")
    for number in (1, 2):
        ticket = waiting(visitor(desk), f"The lamp hums, says customer {number}")
        expect(maya.line(ticket)).to_be_attached(timeout=PATIENCE_MS)
        expect(maya.page).to_have_title(f"({number}) Queue · Fernwick Home desk")
    maya.page.evaluate("() => { window.looked = true; dispatchEvent(new Event('visibilitychange')); }")
    expect(maya.page).to_have_title("Queue · Fernwick Home desk")


@pytest.mark.parametrize("width", [1280, 1360, 1600])
def test_everything_below_the_reply_stands_in_one_row(new_page: PageMaker, desk: Desk, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 860})
    Console(page, desk.url).let_in().open(waiting(visitor(desk), "The lamp hums"))
    promise = page.locator("#promise").bounding_box()
    send = page.get_by_role("button", name="Send reply").bounding_box()
    assert promise
    assert send
    assert abs(promise["y"] - send["y"]) < 10
