"""What the desk must not overlook, and what it looks for: on the queue and on the ticket, on a phone, too."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk

HIDE = "Object.defineProperty(document, 'hidden', { get: () => !window.looked, configurable: true })"
LOOK = "() => { window.looked = true; dispatchEvent(new Event('visibilitychange')); }"


def test_a_customer_who_writes_after_an_answer_is_not_overlooked(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, *(f"My lamp hums, time {number}" for number in range(12)))
    maya.open(ticket).composer.fill("I look into it.")
    maya.send()
    expect(maya.transcript).to_contain_text("I look into it.", timeout=PATIENCE_MS)
    expect(maya.page.locator("#head .due")).to_contain_text("Solve by")
    newest = maya.button("New message")
    customer.say("First, thank you")
    expect(maya.transcript).to_contain_text("First, thank you", timeout=PATIENCE_MS)
    expect(newest).to_be_hidden()
    maya.transcript.evaluate("node => node.scrollTo(0, 0)")
    maya.page.evaluate(HIDE)
    customer.say("Are you still there?")
    expect(newest).to_be_visible(timeout=PATIENCE_MS)
    expect(maya.page).to_have_title("(1) My lamp hums, time 0 · Fernwick Home desk")
    expect(maya.page.locator("#head")).to_contain_text("Customer wrote")
    expect(maya.page.locator("#head .due")).to_contain_text("Reply by")
    maya.page.evaluate(LOOK)
    expect(maya.page).to_have_title("My lamp hums, time 0 · Fernwick Home desk")
    newest.click()
    expect(newest).to_be_hidden()
    expect(maya.transcript.get_by_text("Are you still there?")).to_be_in_viewport()
    maya.page.goto(f"{desk.url}/console")
    expect(maya.line(ticket)).to_contain_text("Customer wrote")
    expect(maya.line(ticket)).to_contain_text("Reply by")
