"""One case from its first word to its second opening: a customer, two agents, all at once, on a laptop and a tablet.

axe looks at every page and dialog on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.axe import looks_right
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Agent, Desk
from tests.browser.widget import Widget

RUTH = ("ruth@example.com", "another long password")
REFUND = "What refund limit may be given without approval?"
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "color_scheme": "dark"}


@dataclass(frozen=True)
class Case:
    """Everybody's page on one kind of screen."""

    widget: Widget
    maya: Console
    ruth: Console
    agent: Agent

    @property
    def ticket(self) -> str:
        return self.agent.ticket_of(self.widget.identifiers[0])

    def looked_at(self, *places: Page | Frame) -> None:
        for place in places:
            looks_right(place)


@pytest.fixture(scope="module")
def _second_agent(desk: Desk) -> None:
    desk.hire("Ruth", *RUTH)


@pytest.fixture(params=[LAPTOP, pytest.param(TABLET, marks=pytest.mark.full)], ids=["laptop", "tablet"])
def case(request: Any, new_page: PageMaker, desk: Desk, agent: Agent, _second_agent: None) -> Case:
    shop = new_page(**request.param, bypass_csp=True)
    maya = Console(new_page(**request.param, bypass_csp=True), desk.url).sign_in()
    ruth = Console(new_page(**request.param, bypass_csp=True), desk.url).sign_in(*RUTH)
    return Case(Widget.in_shop(shop, desk.url), maya, ruth, agent)


def test_one_case(case: Case, desk: Desk) -> None:
    _asks_for_a_person(case)
    _is_claimed_and_answered_from_an_internal_source(case)
    _collides(case)
    _is_transferred(case)
    _is_resolved_and_rated(case)
    _is_opened_again(case, desk)
    _is_followed_up(case)


def _asks_for_a_person(case: Case) -> None:
    case.widget.ask_for_person()
    case.widget.write(f"My order FW-204518 came broken. {REFUND}")
    expect(case.maya.line(case.ticket)).to_be_visible(timeout=PATIENCE_MS)
    case.looked_at(case.widget.frame, case.maya.page)


def _is_claimed_and_answered_from_an_internal_source(case: Case) -> None:
    maya = case.maya
    maya.line(case.ticket).get_by_role("link").click()
    maya.live()
    expect(maya.internal).to_be_visible(timeout=PATIENCE_MS)
    case.looked_at(maya.page)
    maya.button("Claim").click()
    expect(maya.page.locator("#standing")).to_have_attribute("data-mine", "yes", timeout=PATIENCE_MS)
    expect(case.widget.inside.locator("#strip")).to_contain_text("Maya has joined", timeout=PATIENCE_MS)
    maya.internal.get_by_role("button", name="Insert").click()
    expect(maya.button("Insert internal text")).to_be_disabled()
    case.looked_at(maya.page)
    maya.page.get_by_label("I have checked").check()
    maya.button("Insert internal text").click()
    expect(maya.page.locator("#from")).to_contain_text("internal article")
    case.looked_at(maya.page)
    maya.send()
    expect(case.widget.log.locator(".turn.agent")).to_have_count(1, timeout=PATIENCE_MS)
    expect(maya.transcript.locator(".read")).to_have_text("Read by the customer", timeout=PATIENCE_MS)
    case.looked_at(maya.page, case.widget.frame)


def _collides(case: Case) -> None:
    maya, ruth = case.maya, case.ruth
    ruth.open(case.ticket)
    expect(maya.page.locator("#here")).to_contain_text("Ruth", timeout=PATIENCE_MS)
    ruth.composer.fill("I can help, too.")
    ruth.send()
    expect(ruth.alert).to_contain_text("Maya is already working on this ticket", timeout=PATIENCE_MS)
    expect(ruth.composer).to_have_value("I can help, too.")
    case.looked_at(maya.page, ruth.page)
    ruth.button("Dismiss").click()


def _is_transferred(case: Case) -> None:
    maya, ruth = case.maya, case.ruth
    maya.button("Transfer").click()
    maya.page.get_by_label("Team").select_option("legal")
    case.looked_at(maya.page)
    maya.button("Transfer ticket").click()
    expect(case.widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    expect(ruth.page.locator("#standing")).to_contain_text("Legal", timeout=PATIENCE_MS)
    ruth.send()
    expect(ruth.composer).to_have_value("", timeout=PATIENCE_MS)
    expect(case.widget.log).to_contain_text("I can help, too.", timeout=PATIENCE_MS)
    expect(case.widget.inside.locator("#strip")).to_contain_text("Ruth has joined", timeout=PATIENCE_MS)
    case.looked_at(ruth.page, case.widget.frame)


def _is_resolved_and_rated(case: Case) -> None:
    ruth = case.ruth
    ruth.button("Resolve").click()
    case.looked_at(ruth.page)
    ruth.page.get_by_label("Note for the desk").fill("Sent a new one")
    ruth.page.locator("#closing-do").click()
    survey = case.widget.inside.locator("#survey form")
    expect(survey).to_be_visible(timeout=PATIENCE_MS)
    case.looked_at(case.widget.frame)
    survey.get_by_role("radio", name="2, bad").check()
    survey.get_by_label("What was missing?").fill("A call")
    survey.get_by_role("button", name="Send").click()
    expect(survey.get_by_role("status")).to_contain_text("Thank you")
    expect(ruth.page.locator("#packet")).to_contain_text("2 of 5", timeout=PATIENCE_MS)
    expect(ruth.page.locator("#notes")).to_contain_text("Please review this case", timeout=PATIENCE_MS)
    case.looked_at(case.widget.frame, ruth.page)


def _is_opened_again(case: Case, desk: Desk) -> None:
    """The same ticket, with its history, by the answer to the question some days later."""
    ruth, inside = case.ruth, case.widget.inside
    ticket = ruth.page.url.rsplit("/", 1)[1]
    desk.ask_whether_still_fine(ticket)
    case.widget.page.reload()
    inside.get_by_role("button", name="No, not yet").click(timeout=PATIENCE_MS)
    expect(inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    assert case.ticket == ticket
    expect(ruth.page.locator("#standing")).to_contain_text("Waiting", timeout=PATIENCE_MS)
    expect(ruth.page.locator("#notes")).to_contain_text("it is not", timeout=PATIENCE_MS)
    expect(ruth.page.locator("#packet")).to_contain_text("2 of 5")
    for said in ("My order FW-204518 came broken", "I can help, too.", "No, not yet"):
        expect(ruth.transcript).to_contain_text(said)
    case.looked_at(ruth.page, case.widget.frame)
    case.agent.claim(case.widget.identifiers[0])
    case.agent.resolve(case.widget.identifiers[0])
    expect(inside.locator("#strip")).not_to_contain_text("Passed on to a person", timeout=PATIENCE_MS)


def _is_followed_up(case: Case) -> None:
    """In new words: another ticket that has what was said in the first."""
    closed = case.ruth.page.url.rsplit("/", 1)[1]
    case.widget.write("It broke again")
    expect(case.widget.mine.last).to_contain_text("It broke again")
    expect(case.widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)
    assert case.ticket != closed
    case.maya.open(case.ticket)
    for said in ("My order FW-204518 came broken", "I can help, too.", "It broke again"):
        expect(case.maya.transcript).to_contain_text(said)
    expect(case.maya.page.locator("#facts")).to_contain_text("FW-204518")
    case.looked_at(case.maya.page, case.widget.frame)
