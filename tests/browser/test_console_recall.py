"""The recall page in the browser: what changed is seen, one click puts one answer right, many ask first."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from bot.access import Role
from bot.answering.draft import Citation
from bot.api.callers import PLAIN_COOKIE
from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.desk import accounts, sessions
from bot.storage import clock
from bot.turn_note import TurnNote
from kb_ingest.article import Visibility
from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import visitor
from tests.browser.desk import Desk
from tests.browser.widget import Widget

OLD = "You have 45 days from the day of delivery to start a return."
NEW = "You have 30 days from the day of delivery to start a return."
CITED = Citation(
    1, "returns-us", "Return an order (United States)", "0" * 12, 0, len(OLD), OLD, Visibility.PUBLIC, None
)
GONE = replace(CITED, article_id="gone", title="Returns in 2024", quote="Send it back within a year, <b>free</b>.")


def _editor(page: Page, desk: Desk) -> Page:
    """Somebody of the content team, signed in."""
    with desk.transaction() as tx:
        account = accounts.add(tx, f"{secrets.token_hex(4)}@example.com", "Noor", Role.CONTENT, "correct horse battery")
        token = sessions.start(tx, account, 1, clock.now()).token
    page.context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": desk.url}])
    return page


def _told(desk: Desk, conversation: str, *cited: Citation, closed: bool = False) -> None:
    """The bot said so, in a version that is not published any more."""
    note = TurnNote(Verdict.ANSWER, None, 0.9, None, cited, (), "g")
    with desk.transaction() as tx:
        messages.append(tx, conversation, Speaker.BOT, "\n\n".join(each.quote for each in cited), turn=note)
        if closed:
            conversations.set_state(tx, conversations.load(tx, conversation), State.RESOLVED)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_is_cut_off(new_page: PageMaker, desk: Desk, width: int, scheme: str) -> None:
    for closed in (False, True):
        _told(desk, visitor(desk).id, CITED, GONE, closed=closed)
    page = _editor(new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True), desk)
    page.goto(f"{desk.url}/console/recall")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answers to recall")
    expect(page.locator(".change")).to_have_count(2)
    expect(page.locator("del").first).to_have_text("45")
    expect(page.locator("ins").first).to_have_text("30")
    expect(page.get_by_text("<b>free</b>")).to_be_visible()
    looks_right(page)


def test_one_click_puts_it_right_and_the_customer_reads_it(widget: Widget, new_page: PageMaker, desk: Desk) -> None:
    widget.ask("How do I set up Hub 2?")
    mine, _token = widget.identifiers
    _told(desk, mine, CITED)
    page = _editor(new_page(), desk)
    page.goto(f"{desk.url}/console/recall")
    button = page.get_by_role("button", name=f"Send correction in chat {mine[:8]}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("1 correction sent.")
    expect(button).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    corrected = widget.answers.last
    expect(corrected).to_contain_text("Automated correction")
    expect(corrected).to_contain_text(NEW)
    page.get_by_role("button", name="Put all").click()
    page.get_by_role("dialog").get_by_role("button", name="Put right").click()
    expect(page.get_by_text("Nothing to put right")).to_be_visible()


def test_many_are_written_to_only_after_it_was_said_to_how_many_and_what(new_page: PageMaker, desk: Desk) -> None:
    for closed in (False, False, True):
        _told(desk, visitor(desk).id, CITED, GONE, closed=closed)
    page = _editor(new_page(viewport={"width": 390, "height": 860}, bypass_csp=True), desk)
    page.goto(f"{desk.url}/console/recall")
    dialog = page.get_by_role("dialog", name="Put right what customers were told")
    page.get_by_role("button", name="Put all 3 chats right").click()
    expect(dialog).to_contain_text("2 customers get one correction each")
    expect(dialog).to_contain_text("1 chat becomes a task in the queue.")
    for told in (NEW, "Nothing that customers may read"):
        expect(dialog.get_by_role("listitem").filter(has_text=told)).to_have_count(1)
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Put all 3 chats right")).to_be_visible()
    page.get_by_role("button", name="Put these 3 right").first.click()
    expect(dialog).to_contain_text("2 customers get one correction each")
    dialog.get_by_role("button", name="Put right").click()
    expect(page.locator("#told")).to_have_text("2 corrections sent, 1 task made.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("Nothing to put right")).to_be_visible()
