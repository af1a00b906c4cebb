"""The widget for everybody: keyboard, screen reader, phone, dark, other languages, other colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Agent, Desk
from tests.browser.test_widget_answers import HOW_TO, TABLE
from tests.browser.website import Website
from tests.browser.widget import Widget

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

FULL_SCREEN = """(wanted) => {
  const chat = document.querySelector('[data-answerdesk-launcher]').shadowRoot.querySelector('.panel');
  const { x, y, width, height } = chat.getBoundingClientRect();
  return JSON.stringify([x, y, width, height]) === JSON.stringify(wanted);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_shop_and_widget(new_page: PageMaker, desk: Desk, agent: Agent, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(f"{desk.url}/demo", wait_until="networkidle")
    assert violations(page) == []
    widget = Widget(page).open()
    assert violations(widget.frame) == []
    widget.inside.locator("#menu-button").click()
    expect(widget.inside.get_by_role("menuitem").first).to_be_focused()
    assert violations(widget.frame) == []
    widget.frame.page.keyboard.press("Escape")
    widget.ask(HOW_TO).locator(".cite").first.click()
    expect(widget.inside.locator("#source .article")).to_be_visible()
    assert violations(widget.frame) == []
    widget.button("Close source").click()
    widget.button("No, not helpful").click()
    widget.ask(TABLE)
    widget.button("More").click()
    assert violations(widget.frame) == []
    widget.inside.locator("#scroll").click(position={"x": 5, "y": 5})
    page.route("**/messages", lambda route: route.fulfill(status=400, json={"error": "x", "detail": "No."}))
    widget.write("not sent")
    expect(widget.mine.last).to_contain_text("No.")
    assert violations(widget.frame) == []
    widget.button("Discard").click()
    widget.ask_for_person()
    agent.reply(widget.identifiers[0], "Hello")
    expect(widget.log.locator(".turn.agent")).to_be_visible()
    agent.resolve(widget.identifiers[0])
    expect(widget.inside.locator("#survey form")).to_be_visible()
    assert violations(widget.frame) == []
    assert violations(page) == []


def test_everything_can_be_done_with_the_keyboard(shop: Page) -> None:
    widget, keys = Widget(shop), shop.keyboard
    widget.launcher.focus()
    keys.press("Enter")
    widget.greeted()
    expect(widget.text).to_be_focused()
    keys.type(HOW_TO)
    keys.press("Enter")
    expect(widget.answers).to_have_count(1)
    tab_to(widget, ".origin")
    keys.press("Enter")
    expect(widget.inside.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(widget.inside.get_by_role("dialog")).to_be_hidden()
    expect(widget.log.locator(".origin").first).to_be_focused()
    tab_to(widget, "#menu-button")
    keys.press("Enter")
    expect(widget.inside.get_by_role("menuitem").first).to_be_focused()
    keys.press("Escape")
    expect(widget.inside.locator("#menu")).to_be_hidden()
    tab_to(widget, "#person")
    keys.press("Enter")
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    keys.press("Escape")
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    expect(widget.launcher).to_be_focused()


def test_tab_goes_round_inside_the_open_chat(widget: Widget) -> None:
    stops = []
    for _ in range(40):
        widget.page.keyboard.press("Tab")
        assert widget.page.evaluate("document.activeElement.matches('[data-answerdesk-launcher]')")
        stops.append(widget.frame.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"text", "close", "menu-button", "person", "scroll"} <= set(stops)
    widget.text.focus()
    widget.inside.locator("#menu-button").focus()
    widget.page.keyboard.press("Shift+Tab")
    assert widget.frame.evaluate("document.activeElement.id") != "menu-button"
    assert widget.page.evaluate("document.activeElement.matches('[data-answerdesk-launcher]')")


def test_focus_is_always_visible(widget: Widget) -> None:
    widget.page.keyboard.press("Tab")
    for _ in range(8):
        widget.page.keyboard.press("Tab")
        shown = widget.frame.evaluate(
            """() => { const here = document.activeElement; const box = here.closest('.field') || here;
               const style = getComputedStyle(here), around = getComputedStyle(box);
               return style.outlineStyle !== 'none' || around.boxShadow !== 'none'; }"""
        )
        assert shown, widget.frame.evaluate("document.activeElement.outerHTML")


def test_answers_are_announced_once_and_drafts_never(widget: Widget) -> None:
    log = widget.inside.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-label", "Conversation")
    expect(widget.inside.locator("#live")).to_have_attribute("aria-hidden", "true")
    widget.frame.evaluate(
        """() => { window.added = 0;
           const count = (change) => { window.added += change.addedNodes.length; };
           new MutationObserver((changes) => changes.forEach(count))
             .observe(document.querySelector('#log'), { childList: true }); }"""
    )
    widget.ask(HOW_TO)
    widget.page.wait_for_timeout(300)
    # The question, once more when it is stored, and the answer.
    assert widget.frame.evaluate("window.added") <= 3


def test_at_twice_its_size_most_of_the_page_is_the_conversations(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(viewport={"width": 640, "height": 400})
    widget = Widget.in_shop(page, desk.url)
    expect(widget.launcher).to_be_hidden()
    widget.ask_for_person()
    room = widget.inside.locator("#scroll").bounding_box()
    assert room is not None
    assert room["height"] >= 240
    assert violations(widget.frame) == []
    widget.inside.locator("#menu-button").click()
    expect(widget.inside.get_by_role("menuitemcheckbox")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    widget.button("Close chat").click()
    expect(widget.launcher).to_be_visible()


def test_phone_shows_the_chat_full_screen_without_zoom_or_sideways_scroll(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(**PHONE)
    page.goto(f"{desk.url}/demo")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widget = Widget(page)
    widget.launcher.tap()
    widget.greeted()
    page.wait_for_function(FULL_SCREEN, arg=[0, 0, 390, 844])
    expect(widget.launcher).to_be_hidden()
    expect(widget.text).not_to_be_focused()
    assert float(widget.text.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)")) >= 16
    widget.ask(TABLE)
    assert widget.frame.evaluate("document.documentElement.scrollWidth") <= 390
    for button in widget.inside.locator("button:visible").all():
        size = button.bounding_box()
        assert size is None or min(size["width"], size["height"]) >= 24, button.evaluate("(each) => each.outerHTML")
    widget.button("Close chat").tap()
    expect(widget.launcher).to_be_visible()


def test_phone_keyboard_does_not_cover_the_text_field(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(**PHONE)
    widget = Widget.in_shop(page, desk.url)
    page.evaluate(
        """() => { Object.defineProperty(visualViewport, 'height', { get: () => 480 });
                   visualViewport.dispatchEvent(new Event('resize')); }"""
    )
    widget.frame.wait_for_function("document.getElementById('composer').getBoundingClientRect().bottom <= 481")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Mit einem Menschen sprechen"),
        ("fr", "Parler à une personne"),
        ("es", "Hablar con una persona"),
    ],
)
def test_interface_speaks_the_language_of_the_page(new_page: PageMaker, desk: Desk, language: str, words: str) -> None:
    page = new_page()
    page.goto(f"{desk.url}/widget/frame.html?site=shop&lang={language}")
    expect(page.get_by_role("button", name=words)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == language


def test_language_of_the_website_reaches_launcher_and_chat(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    page.goto(f"{website.url}/fr")
    widget = Widget(page)
    expect(widget.launcher).to_have_attribute("aria-label", "Ouvrir le chat")
    widget.open()
    expect(widget.button("Parler à une personne")).to_be_visible()


def test_light_brand_colour_gets_dark_text_and_side_is_respected(new_page: PageMaker, website: Website) -> None:
    page = new_page()
    page.goto(f"{website.url}/left")
    widget = Widget(page).open()
    box = widget.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 200
    assert violations(widget.frame) == []
    assert widget.frame.evaluate("getComputedStyle(document.querySelector('.top')).color") == "rgb(17, 17, 17)"


def test_right_to_left_page_has_no_sideways_scroll(new_page: PageMaker, desk: Desk) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{desk.url}/widget/frame.html?site=shop&lang=en")
    expect(page.locator("#log .turn.bot")).to_be_visible()
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    close, mark = page.locator("#menu-button").bounding_box(), page.locator("#mark").bounding_box()
    assert close is not None
    assert mark is not None
    assert close["x"] < mark["x"]


def test_nothing_moves_when_motion_is_unwanted(new_page: PageMaker, desk: Desk) -> None:
    widget = Widget.in_shop(new_page(reduced_motion="reduce"), desk.url)
    widget.ask(HOW_TO)
    assert widget.frame.evaluate("document.getAnimations().filter((each) => each.playState === 'running').length") == 0


def tab_to(widget: Widget, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(40):
        widget.page.keyboard.press("Tab")
        if widget.frame.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")
