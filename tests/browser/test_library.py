"""The list of articles: narrowed while one types, a page at a time, and its address gives the same list again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.publishing import manuscripts
from bot.publishing.manuscripts import PER_PAGE, State
from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import still_coming
from tests.browser.newsroom import WRITER, Newsroom, open_newsroom, sign_in

MANY = 240
TALLEST_ON_A_PHONE = 8_000


@pytest.fixture(scope="module")
def room(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path_factory.mktemp("newsroom"), small_index, git=False)
    with opened.desk.transaction() as tx:
        kept = manuscripts.of_article(tx, "returns-uk")
        assert kept is not None
        for at in range(MANY):
            name = f"bulb-{at:03}"
            words = {"title": f"Bulb {at:03} & how long it glows before it is to be changed", "area": "bulbs"}
            place = {"id": f"m-{name}", "article_id": name, "path": f"{name}.md"}
            due = "2020-01-01" if at < PER_PAGE + 5 else None
            state = State.DRAFT if at % 2 else State.PUBLISHED
            manuscripts.add(tx, replace(kept, state=state, review_by=due, live_revision=None, **words, **place))
    yield opened
    opened.desk.process.stop()


@pytest.fixture
def new_page(other_pages: PageMaker) -> PageMaker:
    return other_pages


def lines(page: Page) -> list[str]:
    return page.locator(".line .team").all_inner_texts()


def told(page: Page, words: str) -> None:
    expect(page.locator("#found [role=status]")).to_contain_text(words)


def test_the_list_is_a_page_long_and_clean_on_every_screen(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    for query in ("", "?area=bulbs&due=true&page=2", "?q=nothing+is+like+this"):
        page.goto(f"{room.url}/console/library{query}")
        looks_right_everywhere(page)
    page.goto(f"{room.url}/console/library?area=bulbs")
    assert len(lines(page)) == PER_PAGE
    assert page.evaluate("document.documentElement.scrollHeight") < TALLEST_ON_A_PHONE


def test_what_is_chosen_narrows_the_list_and_stands_in_the_address(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.get_by_label("Area").select_option("bulbs")
    told(page, f"{MANY} articles, 1 to {PER_PAGE}")
    page.get_by_label("Review is due").check()
    told(page, f"{PER_PAGE + 5} articles")
    expect(page).to_have_url(f"{room.url}/console/library?area=bulbs&due=true")
    narrowed = lines(page)
    page.reload()
    assert lines(page) == narrowed
    page.get_by_role("link", name="Next").click()
    told(page, f"{PER_PAGE + 1} to {PER_PAGE + 5}")
    page.locator(".tabs").get_by_role("link", name="Draft").click()
    expect(page).to_have_url(f"{room.url}/console/library?area=bulbs&due=true&state=draft")
    assert set(page.locator(".line .chip").all_text_contents()) == {"State: Draft"}
    page.locator(".line a").first.click()
    page.go_back()
    expect(page.get_by_label("Area")).to_have_value("bulbs")
    expect(page.get_by_label("Review is due")).to_be_checked()


def test_what_is_chosen_before_the_page_listens_counts(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    with still_coming(page, f"{room.url}/console/library"):
        page.get_by_label("Area").select_option("bulbs")
    told(page, f"{MANY} articles, 1 to {PER_PAGE}")
    expect(page).to_have_url(f"{room.url}/console/library?area=bulbs")


def test_the_keyboard_finds_an_article_and_opens_it(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.wait_for_load_state()  # the keys are at work
    page.keyboard.press("/")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.type("bulb-07")
    told(page, "10 articles")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".htmx-request")).to_have_count(0)  # the list is replaced, and with it what is chosen in it
    page.get_by_label("Words").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(f"{room.url}/console/library/m-bulb-071")


def test_a_list_without_an_article_says_so_and_shows_a_way_out(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.get_by_label("Words").fill("zebrafinch <b>")
    told(page, "No article is like that: “zebrafinch <b>”.")
    page.get_by_role("link", name="Show every article").click()
    told(page, " articles, 1 to 30")
    expect(page).to_have_url(f"{room.url}/console/library")
