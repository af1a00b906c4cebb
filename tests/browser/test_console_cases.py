"""The content team works on evaluation cases and on how careful the bot is, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from bot.casebook import trade_off
from bot.casebook.trade_off import AreaCount, Offer, Target, TradeOff
from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import Console
from tests.browser.desk import Desk

EDITOR = ("cleo@example.com", "a fifth long password")
CASE = "a-ans-ret-001"
AREAS = (AreaCount("cameras", 30, 12, 2), AreaCount("hub", 70, 49, 5))
SEEN = Offer(0.55, 61, 7, AREAS, "python -m eval calibrate --answer-from 0.55")
PROVEN = replace(SEEN, threshold=0.81, answered=38, wrong=1, command="python -m eval calibrate --max-wrong 0.12")


@pytest.fixture(scope="module")
def editor(desk: Desk) -> tuple[str, str]:
    desk.hire("Cleo", *EDITOR)
    targets = (Target(0.1, None, None), Target(0.11, None, SEEN), Target(0.12, PROVEN, SEEN))
    found = TradeOff(trade_off.FORMAT, "2026-11-26T08:00:00.000Z", "another", "kb", 0.95, 100, targets)
    trade_off.write(desk.data / trade_off.FILE, found)
    return EDITOR


def test_a_case_is_changed_checked_accepted_and_kept_as_a_patch(
    new_page: PageMaker, desk: Desk, editor: tuple[str, str]
) -> None:
    page = Console(new_page(), desk.url).sign_in(*editor).page
    page.goto(f"{desk.url}/console/cases")
    page.get_by_label("Words").fill("Ohio camera three weeks")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status").filter(has_text="1 case;")).to_be_visible()
    looks_right_everywhere(page)
    page.locator(f'a[href="/console/cases/{CASE}"]').click()
    expect(page.locator("#verdict")).to_contain_text("Nothing is wrong with it.")
    spans = page.get_by_label("Decisive sentences")
    said = spans.input_value()
    spans.fill("You have 300 days.")
    expect(page.locator("#verdict")).to_contain_text("stands in none of the articles named")
    looks_right_everywhere(page)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("alert")).to_contain_text("“You have 300 days.” stands in none")
    spans.fill(said)
    page.get_by_label("What the customer writes").fill("How long may I keep a camera before I return it?")
    expect(page.locator("#verdict")).to_contain_text("Nothing is wrong with it.")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator(".note").first).to_contain_text("A change, proposed by Cleo")
    expect(page.locator("#changes li")).to_have_count(1)
    expect(page.locator("#changes li")).to_contain_text("I live in Ohio")
    looks_right_everywhere(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".note").first).to_contain_text("Accepted by Cleo")
    page.goto(f"{desk.url}/console/proposals?show=accepted")
    looks_right_everywhere(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download the patch").click()
    patch = kept.value.path().read_text(encoding="utf-8")
    assert "--- a/data/eval/a_answerable.jsonl" in patch
    assert "before I return it?" in patch


def test_the_target_is_moved_by_keyboard_and_nothing_changes_but_the_page(
    new_page: PageMaker, desk: Desk, editor: tuple[str, str]
) -> None:
    page = Console(new_page(), desk.url).sign_in(*editor).page
    page.get_by_role("link", name="Confidence").click()
    expect(page.get_by_text("No threshold can promise 10 %")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Target: at most 11 % wrong.")).to_be_visible()
    expect(page.get_by_text("61 % of the questions answered")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_text("38 % of the questions answered, 3 % of the answers wrong")).to_be_visible()
    page.get_by_text("By topic").first.click()
    expect(page.get_by_role("row", name="hub 70 49 (70 %) 5 (10 %)").first).to_be_visible()
    expect(page.get_by_label("Command, guaranteed")).to_have_text(PROVEN.command)
    looks_right_everywhere(page)
