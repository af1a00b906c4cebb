"""One customer on two devices and in two tabs, two customers on one device: each sees their own chat, and all of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Agent, Desk, identity
from tests.browser.test_widget_answers import HOW_TO
from tests.browser.website import Website
from tests.browser.widget import Widget


def tell(page: Page, verb: str, subject: str | None = None) -> None:
    message = {"answerdesk": verb} | ({"token": identity(subject)} if subject else {})
    page.evaluate("(message) => postMessage(message, location.origin)", message)


def settled(widget: Widget) -> Widget:
    expect(widget.inside.locator("body.loading")).to_have_count(0)
    return widget


def signed_in(page: Page, url: str, subject: str) -> Widget:
    page.goto(url)
    tell(page, "identify", subject)
    return settled(Widget(page).open())


def mine(widget: Widget) -> list[str]:
    return [text.strip() for text in widget.mine.locator(".bubble").all_inner_texts()]


def link_from(widget: Widget) -> str:
    widget.button("More").click()
    widget.inside.get_by_role("menuitem", name="Continue on another device").click()
    field = widget.inside.get_by_label("Link", exact=True)
    expect(field).to_be_visible()
    return field.input_value()


def test_back_to_the_first_user_brings_back_the_first_users_chat(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = signed_in(page, f"{desk.url}/demo", "erika")
    widget.ask_for_person()
    widget.write("I am Erika")
    widget.arrived()
    conversation, token = widget.identifiers
    tell(page, "identify", "franz")
    expect(widget.mine).to_have_count(0)
    settled(widget)
    assert "Erika" not in widget.log.inner_text()
    expect(widget.inside.locator("#strip")).to_be_hidden()
    assert token not in str(widget.kept())
    widget.ask("thanks")
    assert widget.identifiers[0] != conversation
    tell(page, "identify", "erika")
    expect(widget.mine).to_contain_text("I am Erika")
    assert mine(widget) == ["I am Erika"]
    assert widget.identifiers[0] == conversation
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    page.reload()
    tell(page, "identify", "franz")
    settled(widget.greeted())
    expect(widget.mine).to_contain_text("thanks")
    assert mine(widget) == ["thanks"]


def test_a_new_conversation_stays_a_new_one(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    widget = signed_in(page, f"{desk.url}/demo", "gerda")
    widget.ask("thanks")
    before = widget.identifiers[0]
    widget.button("More").click()
    widget.inside.get_by_role("menuitem", name="Start a new conversation").click()
    expect(widget.mine).to_have_count(0)
    settled(widget.greeted())
    assert widget.identifiers[0] != before


@pytest.mark.parametrize("elsewhere", ["the desk's own page", "a website"])
def test_a_link_goes_on_with_the_chat_on_another_device(
    new_page: PageMaker, desk: Desk, website: Website, agent: Agent, elsewhere: str
) -> None:
    first = new_page()
    first.goto(website.url if elsewhere == "a website" else f"{desk.url}/demo")
    widget = Widget(first).open()
    widget.ask_for_person()
    widget.write("from the first device")
    widget.arrived()
    link = link_from(widget)
    assert link.startswith(website.url if elsewhere == "a website" else f"{desk.url}/demo#")
    code = link.split("=")[-1]

    second = new_page()
    asked: list[str] = []
    second.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    second.goto(link)
    other = Widget(second).greeted()
    expect(other.mine).to_contain_text("from the first device")
    assert code not in second.url
    assert second.evaluate("history.length") <= 2
    assert asked
    assert not [each for each in asked if code in each], "the code is in no address and no header"
    assert code not in str(other.kept())
    other.write("from the second")
    expect(widget.mine.last).to_contain_text("from the second")
    agent.reply(widget.identifiers[0], "to both of you")
    for each in (widget, other):
        expect(each.log.locator(".turn.agent")).to_contain_text("to both of you")
    assert mine(widget) == mine(other)

    third = new_page()
    third.goto(link)
    late = Widget(third).greeted()
    expect(late.inside.locator("#banner")).to_contain_text("This link was used already")
    expect(late.mine).to_have_count(0)


def test_a_signed_in_customers_link_takes_the_same_customer(new_page: PageMaker, desk: Desk) -> None:
    widget = signed_in(new_page(), f"{desk.url}/demo", "hanna")
    widget.ask("thanks")
    link = link_from(widget)
    second = new_page()
    second.goto(link)
    other = Widget(second).greeted()
    expect(other.inside.locator("#banner")).to_contain_text("please sign in")
    expect(other.mine).to_have_count(0)
    tell(second, "identify", "hanna")
    expect(other.mine).to_contain_text("thanks")
    assert other.identifiers[0] == widget.identifiers[0]
    expect(other.inside.locator("#banner")).to_be_hidden()


def test_closing_other_devices_ends_their_part(new_page: PageMaker, desk: Desk) -> None:
    first, second = new_page(), new_page()
    widget = Widget.in_shop(first, desk.url)
    widget.ask("thanks")
    second.goto(link_from(widget))
    other = Widget(second).greeted()
    expect(other.mine).to_contain_text("thanks")
    widget.inside.get_by_role("button", name="Close this chat on all other devices").click()
    expect(widget.inside.get_by_text("No other device has this chat any more.")).to_be_visible()
    second.reload()
    other.greeted()
    expect(other.mine).to_have_count(0)
    first.keyboard.press("Escape")
    widget.ask("thanks")


def test_a_customer_on_two_devices_has_one_chat(new_page: PageMaker, desk: Desk) -> None:
    first = signed_in(new_page(), f"{desk.url}/demo", "ines")
    first.ask(HOW_TO)
    second = signed_in(new_page(), f"{desk.url}/demo", "ines")
    expect(second.answers).to_have_count(1)
    second.ask("thanks")
    expect(first.answers).to_have_count(2)
    assert mine(first) == mine(second) == [HOW_TO, "thanks"]
    assert first.identifiers[0] == second.identifiers[0]
    assert first.identifiers[1] != second.identifiers[1]


def test_a_customer_in_two_tabs_has_one_chat_and_leaves_both(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    first = signed_in(page, f"{desk.url}/demo", "jan")
    first.ask("thanks")
    other = page.context.new_page()
    second = signed_in_again(other, desk, "jan")
    expect(second.answers).to_have_count(1)
    second.ask(HOW_TO)
    expect(first.answers).to_have_count(2)
    assert mine(first) == mine(second)
    tell(other, "identify", "karla")
    for each in (first, second):
        expect(each.mine).to_have_count(0)
        settled(each.greeted())
    tell(page, "identify", "jan")
    expect(first.answers).to_have_count(2)
    assert mine(first) == ["thanks", HOW_TO]


def signed_in_again(page: Page, desk: Desk, subject: str) -> Widget:
    """The chat was open in another tab: it opens by itself."""
    page.goto(f"{desk.url}/demo")
    tell(page, "identify", subject)
    return settled(Widget(page).greeted())


def test_where_only_customers_may_chat_a_visitor_is_told_so(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    told = "Please sign in on the website first; this chat is for its customers."

    def refused(route: Route) -> None:
        body = route.request.post_data_json
        if isinstance(body, dict) and "identity" in body:
            route.continue_()
        else:
            route.fulfill(status=401, json={"error": "sign_in_needed", "detail": told})

    page.route("**/v1/conversations", refused)
    page.goto(f"{desk.url}/demo")
    widget = Widget(page)
    widget.launcher.click()
    expect(widget.inside.locator("#banner")).to_have_text(told)
    expect(widget.inside.locator("#person")).to_be_disabled()
    tell(page, "identify", "lena")
    settled(widget.greeted())
    expect(widget.inside.locator("#banner")).to_be_hidden()
    widget.ask("thanks")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_link_is_there_for_everybody(new_page: PageMaker, desk: Desk, scheme: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    widget = Widget.in_shop(page, desk.url)
    link_from(widget)
    assert violations(widget.frame) == []
    page.keyboard.press("Escape")
    expect(widget.inside.locator("#device")).to_be_hidden()
    expect(widget.inside.locator("#menu-button")).to_be_focused()
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
