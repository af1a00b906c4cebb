"""A ticket whose conversation has gone on for very long is worked on like another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk
from tests.browser.long_talk import long_talk_of
from tests.served import Visitor

MANY = 1_000
SHOWN = 200


@pytest.fixture(scope="module")
def customer(desk: Desk) -> Visitor:
    """Gave an order number first, and has written with a person ever since."""
    customer = visitor(desk)
    waiting(customer, "My order FW-204518 did not come.")
    long_talk_of(desk, customer.id, MANY)
    return customer


@pytest.fixture
def maya(new_page: PageMaker, desk: Desk, agent: Agent, customer: Visitor) -> Console:
    console = Console(new_page(bypass_csp=True), desk.url).let_in()
    return console.open(agent.ticket_of(customer.id))


def test_the_newest_part_is_there_and_what_comes_is_added(maya: Console, customer: Visitor) -> None:
    turns = maya.transcript.locator(".turn")
    expect(turns).to_have_count(SHOWN)
    expect(turns.last).to_be_in_viewport()
    assert violations(maya.page) == []
    customer.say("And one more.")
    expect(turns.last).to_contain_text("And one more.", timeout=PATIENCE_MS)
    expect(turns).to_have_count(SHOWN)


def test_who_wants_the_rest_stays_at_the_message_they_read(maya: Console) -> None:
    button = maya.transcript.get_by_role("button", name="earlier messages")
    button.scroll_into_view_if_needed()
    first = maya.transcript.locator(".turn").first
    read = first.locator(".said").inner_text()
    button.press("Enter")
    expect(button).to_have_count(0, timeout=PATIENCE_MS)
    assert maya.transcript.locator(".turn").count() > MANY
    expect(maya.transcript.get_by_text(read, exact=True)).to_be_in_viewport()
    assert maya.page.evaluate("document.activeElement.id") == "transcript"


def test_what_was_said_long_ago_is_found_from_beside(maya: Console) -> None:
    maya.page.get_by_role("link", name="said here").first.click()
    found = maya.transcript.locator(".turn", has_text="My order FW-204518 did not come.")
    expect(found).to_be_focused(timeout=PATIENCE_MS)
    expect(found).to_be_in_viewport()
