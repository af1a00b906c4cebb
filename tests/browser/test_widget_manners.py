"""The chat page says what is so, asks before something is lost, and goes by the keys that people know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Route, expect

from tests.browser.axe import violations
from tests.browser.desk import Agent
from tests.browser.test_widget_answers import HOW_TO
from tests.browser.widget import Widget

QUESTION = "You will not see further replies to this conversation here, and what was not sent is dropped."


def start_anew(widget: Widget) -> None:
    widget.button("More").click()
    widget.inside.get_by_role("menuitem", name="Start a new conversation").click()


def focused(widget: Widget) -> str:
    return widget.frame.evaluate("document.activeElement.id")


def test_arrow_keys_go_round_the_menu_and_tab_leaves_it(widget: Widget) -> None:
    widget.button("More").focus()
    widget.page.keyboard.press("Enter")
    for key, entry in [
        ("ArrowDown", "other-device"), ("End", "sound"), ("ArrowDown", "new-conversation"), ("ArrowUp", "sound"),
        ("Home", "new-conversation"),
    ]:  # fmt: skip
        widget.page.keyboard.press(key)
        assert focused(widget) == entry
    assert widget.page.evaluate("scrollY") == 0
    widget.page.keyboard.press("Tab")
    expect(widget.inside.get_by_role("menu")).to_be_hidden()
    assert focused(widget) == "close"


def test_who_waits_for_a_person_is_asked_before_they_leave(widget: Widget) -> None:
    widget.ask_for_person()
    before = widget.identifiers
    start_anew(widget)
    sheet = widget.inside.get_by_role("dialog")
    expect(sheet).to_contain_text(QUESTION)
    assert violations(widget.frame) == []
    sheet.get_by_role("button", name="Stay in this conversation").click()
    assert focused(widget) == "text"
    assert widget.identifiers == before
    start_anew(widget)
    sheet.get_by_role("button", name="Start a new conversation").click()
    expect(widget.log.locator(".note")).to_have_count(0)
    widget.greeted()
    assert widget.identifiers[0] != before[0]


def test_without_a_connection_nobody_is_told_that_it_is_busy(widget: Widget) -> None:
    down: list[Route] = []

    def refuse(route: Route) -> None:
        down.append(route)
        route.abort()

    widget.page.context.route("**/v1/conversations", refuse)
    start_anew(widget)
    expect(widget.inside.locator("#banner")).to_have_text("Connection lost. Reconnecting…")
    widget.page.context.unroute("**/v1/conversations")
    widget.greeted()
    expect(widget.inside.locator("#banner")).to_be_hidden()
    assert down


def test_an_earlier_day_stands_beside_its_time(widget: Widget) -> None:
    now = datetime.now(UTC).astimezone()
    before = now - timedelta(days=2)
    shown = widget.frame.evaluate(
        "async (moments) => { const words = await import('./frame/words.js'); return moments.map(words.timeOf); }",
        [now.isoformat(), before.isoformat()],
    )
    assert before.strftime("%b") not in shown[0]
    assert f"{before.strftime('%b')} {before.day}" in shown[1]


def test_the_promised_time_is_in_sight_beside_the_form_that_asks_for_an_address(widget: Widget) -> None:
    widget.ask_for_person()
    expect(widget.inside.get_by_label("Your e-mail address")).to_be_visible()
    expect(widget.log.locator(".note")).to_be_in_viewport(ratio=1)
    widget.inside.get_by_label("Your e-mail address").fill("no address")
    widget.page.keyboard.press("Enter")
    expect(widget.inside.locator("#contact-email")).to_be_in_viewport(ratio=1)
    assert focused(widget) == "contact-email"


def test_who_asks_for_a_person_below_a_long_answer_sees_when_they_come(widget: Widget) -> None:
    widget.ask(HOW_TO)
    widget.frame.evaluate("() => document.getElementById('scroll').scrollBy(0, -200)")
    widget.ask_for_person()
    expect(widget.log.locator(".note")).to_be_in_viewport(ratio=1)


def test_who_is_given_back_to_the_assistant_is_told(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    ticket = agent.ticket_of(widget.identifiers[0])
    agent.claim(widget.identifiers[0])
    returned = agent.client.post(f"/v1/tickets/{ticket}/return", json={})
    assert returned.status_code == 200, returned.text
    strip = widget.inside.locator("#strip")
    expect(strip).to_have_text("The automated assistant goes on here. You can ask for a person again at any time.")
    widget.page.reload()
    expect(strip).to_contain_text("The automated assistant goes on here.")
    widget.ask("thanks")
    expect(strip).to_be_hidden()


def test_the_edge_of_a_field_can_be_seen(widget: Widget) -> None:
    widget.ask_for_person()
    expect(widget.inside.get_by_label("Your e-mail address")).to_be_visible()
    for scheme in ("light", "dark"):
        widget.page.emulate_media(color_scheme=scheme)
        contrast = widget.frame.evaluate(
            """async () => {
              const { contrast } = await import('./frame/colour.js');
              const two = (part) => Number(part).toString(16).padStart(2, '0');
              const hex = (rgb) => '#' + rgb.match(/\\d+/g).slice(0, 3).map(two).join('');
              const of = (id, name) => hex(getComputedStyle(document.querySelector(id))[name]);
              return contrast(of('#contact-email', 'borderTopColor'), of('#contact form', 'backgroundColor'));
            }"""
        )
        assert contrast >= 3, scheme  # what a control needs (WCAG 2.2, 1.4.11)
