"""The content team reads the health of the articles in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Desk

EDITOR = ("cora@example.com", "a fourth long password")


@pytest.fixture(scope="module")
def editor(desk: Desk) -> tuple[str, str]:
    desk.hire("Cora", *EDITOR)
    return EDITOR


def test_the_report_comes_by_itself_is_filtered_and_kept_as_a_file(
    new_page: PageMaker, desk: Desk, editor: tuple[str, str]
) -> None:
    page = Console(new_page(), desk.url).sign_in(*editor).page
    page.get_by_role("link", name="Health").click()
    expect(page.get_by_role("link", name="All", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    looks_right_everywhere(page)
    page.get_by_role("link", name="Due for review").click()
    expect(page.get_by_role("link", name="Due for review")).to_have_attribute("aria-current", "page")
    expect(page.locator(".findings .chip")).to_have_text(["Class: Due for review"])
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download as CSV").click()
    assert kept.value.path().read_text(encoding="utf-8").startswith("score,kind,article")
