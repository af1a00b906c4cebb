"""Who signs in, or whose sign-in runs out, keeps the conversation that waits for a person; nobody else gets it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Agent, Desk, identity
from tests.browser.test_widget_access import PHONE
from tests.browser.test_widget_devices import link_from, mine, settled, signed_in, tell
from tests.browser.widget import Widget

QUESTION = "Did you begin this conversation before you signed in? Then our team will know who you are."
NOT_KNOWN = "You are not signed in here any more. Please reload the page."
YES, NO = "Yes, go on with it", "No, it is not mine"
ANSWERS = """addEventListener('message', ({ source, data }) => {
  if (source !== window || data.answerdesk !== 'identityNeeded') return;
  window.asked = (window.asked || 0) + 1;
  if (window.fresh) postMessage({ answerdesk: 'identify', token: window.fresh }, location.origin);
});"""


def question(widget: Widget) -> object:
    return expect(widget.inside.locator("#claim"))


def waiting(page: Page, url: str, text: str) -> Widget:
    """Nobody in particular, with a ticket."""
    widget = Widget.in_shop(page, url)
    widget.ask_for_person()
    widget.write(text)
    widget.arrived()
    return widget


def signed_in_too_long(page: Page, url: str, subject: str, fresh: str = "") -> Widget:
    """A page that is older than its token; `fresh` is what the website answers when it is asked for a new one."""
    page.add_init_script(ANSWERS)
    page.goto(f"{url}/demo")
    page.evaluate("(fresh) => { window.fresh = fresh; }", fresh)
    token = identity(subject, seconds=-5)
    page.evaluate("(token) => postMessage({ answerdesk: 'identify', token }, location.origin)", token)
    return settled(Widget(page).open())


def test_the_website_is_asked_for_a_new_token_when_one_ran_out(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = signed_in_too_long(page, desk.url, "mona", fresh=identity("mona"))
    widget.ask("thanks")
    assert page.evaluate("window.asked") == 1
    assert '"verified":true' in str(widget.kept())
    expect(widget.inside.locator("#banner")).to_be_hidden()


def test_a_further_token_for_the_same_customer_changes_nothing(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = signed_in(page, f"{desk.url}/demo", "nora")
    widget.ask("thanks")
    widget.text.fill("half a sentence")
    before = widget.identifiers
    tell(page, "identify", "nora")
    page.wait_for_timeout(300)
    expect(widget.text).to_have_value("half a sentence")
    assert widget.identifiers == before


def test_a_ticket_of_somebody_whose_sign_in_ran_out_is_not_lost(
    new_page: PageMaker, desk: Desk, agent: Agent
) -> None:
    page = new_page()
    widget = signed_in_too_long(page, desk.url, "olga")
    expect(widget.inside.locator("#banner")).to_have_text(NOT_KNOWN)
    widget.ask_for_person()
    widget.write("My order is lost")
    widget.arrived()
    conversation, key = widget.identifiers
    page.reload()
    tell(page, "identify", "olga")
    question(widget).to_contain_text(QUESTION)
    assert mine(widget) == ["My order is lost"]
    assert violations(widget.frame) == []
    widget.button(YES).click()
    question(widget).to_be_hidden()
    settled(widget)
    agent.reply(conversation, "It is found")
    expect(widget.log.locator(".turn.agent")).to_contain_text("It is found")
    assert key not in str(widget.kept())
    elsewhere = signed_in(new_page(), f"{desk.url}/demo", "olga")
    expect(elsewhere.mine).to_contain_text("My order is lost")


def test_who_signs_in_while_a_ticket_waits_goes_on_with_it(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(**PHONE)
    widget = waiting(page, desk.url, "Where is my lock?")
    conversation = widget.identifiers[0]
    widget.text.fill("and also")
    tell(page, "identify", "petra")
    question(widget).to_contain_text(QUESTION)
    expect(widget.button(NO)).to_be_in_viewport(ratio=1)
    expect(widget.text).to_have_value("and also")
    widget.write("It is still me")
    widget.arrived()
    widget.button(YES).click()
    question(widget).to_be_hidden()
    settled(widget)
    assert mine(widget) == ["Where is my lock?", "It is still me"]
    assert widget.identifiers[0] == conversation
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    tell(page, "signOut")
    expect(widget.mine).to_have_count(0)


def test_at_a_shared_computer_it_stays_with_whoever_began_it(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = waiting(page, desk.url, "I am somebody else")
    begun = widget.identifiers[0]
    tell(page, "identify", "quinn")
    widget.button(NO).click()
    expect(widget.mine).to_have_count(0)
    settled(widget.greeted())
    question(widget).to_be_hidden()
    page.reload()
    tell(page, "identify", "quinn")
    settled(widget.greeted())
    expect(widget.mine).to_have_count(0)
    page.reload()
    expect(widget.mine).to_contain_text("I am somebody else")
    assert begun in str(widget.kept())


def test_nobody_is_asked_to_take_over_what_came_by_a_link(new_page: PageMaker, desk: Desk) -> None:
    link = link_from(waiting(new_page(), desk.url, "written by a stranger"))
    page = new_page()
    page.goto(link)
    widget = Widget(page).greeted()
    expect(widget.mine).to_contain_text("written by a stranger")
    tell(page, "identify", "rosa")
    settled(widget)
    question(widget).to_be_hidden()
