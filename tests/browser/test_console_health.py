"""The content team reads the health of the articles in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.access import Role
from bot.desk import accounts
from bot.storage.engine import open_database
from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Desk

EDITOR = ("cora@example.com", "a fourth long password")
WIDTHS = (1280, 390)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def editor(desk: Desk) -> tuple[str, str]:
    database = open_database(f"sqlite:///{desk.process.log.parent / 'answerdesk.db'}")
    with database.transaction() as tx:
        accounts.add(tx, EDITOR[0], "Cora", Role.LEAD, EDITOR[1])
    database.close()
    return EDITOR


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_comes_by_itself_is_filtered_and_kept_as_a_file(
    new_page: PageMaker, desk: Desk, editor: tuple[str, str], scheme: str
) -> None:
    page = Console(new_page(color_scheme=scheme), desk.url).sign_in(*editor).page
    page.get_by_role("link", name="Health").click()
    expect(page.get_by_role("link", name="All", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 860})
        assert violations(page) == []
        assert not page.evaluate(TOO_WIDE)
    page.get_by_role("link", name="Due for review").click()
    expect(page.get_by_role("link", name="Due for review")).to_have_attribute("aria-current", "page")
    expect(page.locator(".findings .chip")).to_have_text(["Class: Due for review"])
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download as CSV").click()
    assert kept.value.path().read_text(encoding="utf-8").startswith("score,kind,article")
