"""What somebody does while the page still comes is done once it is there, and once only."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PageMaker
from tests.browser.console import Console, still_coming, visitor, waiting
from tests.browser.desk import Desk

UNA = ("una@example.com", "a ninth long password")


@pytest.fixture(scope="module")
def una(desk: Desk) -> tuple[str, str]:
    desk.hire("Una", *UNA)
    return UNA


def test_a_sign_in_is_sent_once_it_can_be_and_never_in_the_address(
    new_page: PageMaker, desk: Desk, una: tuple[str, str]
) -> None:
    page = new_page()
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    with still_coming(page, f"{desk.url}/console"):
        page.get_by_label("E-mail").fill(una[0])
        page.get_by_label("Password").fill(una[1])
        page.keyboard.press("Enter")
    Console(page, desk.url).live()
    assert all("password" not in address for address in addresses), addresses


def test_a_button_pressed_acts_once(new_page: PageMaker, desk: Desk, una: tuple[str, str]) -> None:
    page = Console(new_page(), desk.url).sign_in(*una).page
    with still_coming(page, f"{desk.url}/console"):
        page.get_by_role("button", name="Keyboard shortcuts").click()
        expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page.locator("#shortcuts")).to_be_visible()


def test_a_note_sent_is_kept_once(new_page: PageMaker, desk: Desk, una: tuple[str, str]) -> None:
    ticket = waiting(visitor(desk), "The plum lamp hums")
    console = Console(new_page(), desk.url).sign_in(*una)
    page = console.page
    with still_coming(page, f"{desk.url}/console/tickets/{ticket}"):
        page.locator("#note").fill("Written before anything listened")
        page.locator("#noting").get_by_role("button").first.click()
    console.live()
    expect(page.locator("#notes").get_by_text("Written before anything listened")).to_have_count(1)
    expect(page.locator("#note")).to_have_value("")


def test_a_choice_made_narrows_the_list(new_page: PageMaker, desk: Desk, una: tuple[str, str]) -> None:
    page = Console(new_page(), desk.url).sign_in(*una).page
    with still_coming(page, f"{desk.url}/console/cases"):
        page.get_by_label("Words").fill("Ohio camera three weeks")
    expect(page.get_by_role("status").filter(has_text="1 case;")).to_be_visible()


def test_a_message_sent_to_the_chat_is_sent_once_it_can_be(new_page: PageMaker, desk: Desk) -> None:
    page, held = new_page(), list[Route]()
    page.route("**/widget/frame.js", lambda route: held.append(route))
    page.goto(f"{desk.url}/widget/frame.html?site=website&lang=en", wait_until="commit")
    page.locator("#text").fill("How do I reset Hub 2?")
    page.locator("#text").press("Enter")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator(".turn.mine")).to_have_count(1)
    expect(page.locator(".turn.bot").last).to_contain_text("10 seconds")
    expect(page.locator("#text")).to_have_value("")
