"""Nothing is lost or doubled: reloads, restarts, cuts, impatient keys."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PageMaker
from tests.browser.desk import Agent, Desk
from tests.browser.test_widget_answers import HOW_TO, TABLE
from tests.browser.widget import Widget


@pytest.fixture
def restarted(desk: Desk) -> Iterator[Desk]:
    """The service, which is running again when the test is over."""
    yield desk
    if desk.process.process is not None and desk.process.process.poll() is not None:
        desk.process.start()


def said(desk: Desk, widget: Widget, role: str = "customer") -> list[str]:
    """The stored texts of one role."""
    return [message["text"] for message in desk.stored(*widget.identifiers)["messages"] if message["role"] == role]


def turns(widget: Widget) -> list[str]:
    """Every turn in the log, without its times."""
    return widget.frame.evaluate(
        "[...document.querySelectorAll('#log .bubble, #log .note')].map((each) => each.innerText)"
    )


def test_reload_keeps_everything(widget: Widget) -> None:
    widget.ask(HOW_TO)
    widget.ask(TABLE)
    widget.button("Yes, helpful").last.click()
    before = turns(widget)
    widget.page.reload()
    widget.greeted()
    expect(widget.answers).to_have_count(2)
    assert turns(widget) == before
    expect(widget.button("Yes, helpful").last).to_have_attribute("aria-pressed", "true")
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")


def test_another_tab_shows_the_same_conversation_live(widget: Widget, desk: Desk) -> None:
    widget.ask(HOW_TO)
    other = widget.page.context.new_page()
    other.goto(f"{desk.url}/demo")
    second = Widget(other)
    second.greeted()
    expect(second.answers).to_have_count(1)
    second.ask("thanks")
    expect(widget.answers).to_have_count(2)
    assert turns(widget) == turns(second)


def test_restart_of_the_service_loses_and_doubles_nothing(widget: Widget, restarted: Desk, agent: Agent) -> None:
    desk = restarted
    widget.ask_for_person()
    widget.write("before the restart")
    widget.arrived()
    desk.process.kill()
    widget.write("during the restart")
    expect(widget.inside.locator("#banner")).to_have_text("Connection lost. Reconnecting…")
    desk.process.start()
    again = widget.mine.last.get_by_role("button", name="Retry")
    expect(widget.mine.last.locator(".status.failed").or_(widget.mine.last.locator(".bubble")).first).to_be_visible()
    if again.is_visible():
        again.click()
    agent.reply(widget.identifiers[0], "after the restart")
    expect(widget.log.locator(".turn.agent")).to_contain_text("after the restart")
    expect(widget.inside.locator("#banner")).to_be_hidden()
    expect(widget.mine.locator(".status").filter(has_not_text="Delivered.")).to_have_count(0)
    assert said(desk, widget) == ["before the restart", "during the restart"]
    expect(widget.mine).to_have_count(2)
    expect(widget.log.locator(".turn.agent")).to_have_count(1)


def test_lost_response_is_tried_again_and_stored_once(widget: Widget, desk: Desk) -> None:
    tries: list[Any] = []

    def lose_the_first(route: Route) -> None:
        tries.append(route.request.post_data_json)
        if len(tries) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    widget.page.route("**/messages", lose_the_first)
    widget.ask(HOW_TO)
    expect(widget.mine.locator(".status")).to_have_count(0)
    widget.ask("thanks")
    assert tries[0]["text"] == HOW_TO
    assert said(desk, widget) == [HOW_TO, "thanks"]
    expect(widget.mine).to_have_count(2)
    expect(widget.answers).to_have_count(2)


def test_response_cut_off_after_its_head_holds_nothing_up(widget: Widget, desk: Desk) -> None:
    tries: list[Any] = []

    def cut_the_first(route: Route) -> None:
        tries.append(route.request.post_data_json)
        if len(tries) == 1:
            route.fetch()
            route.fulfill(status=201, content_type="application/json", body="")
        else:
            route.continue_()

    widget.page.route("**/messages", cut_the_first)
    widget.ask(HOW_TO)
    widget.ask("thanks")
    expect(widget.mine.locator(".status")).to_have_count(0)
    assert said(desk, widget) == [HOW_TO, "thanks"]
    expect(widget.answers).to_have_count(2)


def test_message_written_offline_is_marked_and_sent_when_back(widget: Widget, desk: Desk) -> None:
    widget.page.context.set_offline(True)
    expect(widget.inside.locator("#banner")).to_have_text("You are offline. Messages are sent when you are back.")
    widget.write(HOW_TO)
    expect(widget.mine.last).to_contain_text("Not sent.")
    expect(widget.mine.last.get_by_role("button", name="Retry")).to_be_visible()
    widget.page.context.set_offline(False)
    expect(widget.answers).to_have_count(1)
    expect(widget.mine.locator(".status")).to_have_count(0)
    expect(widget.inside.locator("#banner")).to_be_hidden()
    assert said(desk, widget) == [HOW_TO]


def test_unsent_message_survives_a_reload(widget: Widget, desk: Desk) -> None:
    widget.page.route("**/messages", lambda route: route.abort())
    widget.write(HOW_TO)
    expect(widget.mine).to_have_count(1)
    widget.page.reload()
    widget.greeted()
    expect(widget.mine).to_contain_text(HOW_TO)
    widget.page.unroute("**/messages")
    if widget.button("Retry").is_visible():
        widget.button("Retry").click()
    expect(widget.answers).to_have_count(1)
    assert said(desk, widget) == [HOW_TO]


def test_double_enter_sends_once(widget: Widget, desk: Desk) -> None:
    widget.text.fill(HOW_TO)
    widget.text.press("Enter")
    widget.text.press("Enter")
    expect(widget.answers).to_have_count(1)
    assert said(desk, widget) == [HOW_TO]


def test_shift_enter_breaks_the_line_and_a_composed_word_is_not_sent(widget: Widget, desk: Desk) -> None:
    widget.text.fill("First line")
    widget.text.press("Shift+Enter")
    widget.text.press_sequentially("second line")
    expect(widget.text).to_have_value("First line\nsecond line")
    widget.text.evaluate(
        """(text) => text.dispatchEvent(new KeyboardEvent('keydown',
             { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"""
    )
    expect(widget.mine).to_have_count(0)
    widget.text.press("Enter")
    expect(widget.mine).to_have_count(1)
    expect(widget.mine.locator(".status")).to_have_count(0)
    assert said(desk, widget) == ["First line\nsecond line"]


def test_quick_messages_keep_their_order(widget: Widget, desk: Desk) -> None:
    widget.ask_for_person()
    texts = [f"message {number}" for number in range(6)]
    for text in texts:
        widget.write(text)
    expect(widget.mine).to_have_count(6)
    widget.arrived()
    assert said(desk, widget) == texts
    assert [turn.strip() for turn in widget.mine.locator(".bubble").all_inner_texts()] == texts


def test_frame_is_loaded_on_first_click_and_not_before(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{desk.url}/demo", wait_until="networkidle")
    assert not [url for url in asked if "frame" in url or "/v1/" in url]
    Widget(page).open()
    assert [url for url in asked if "frame.html" in url]


def test_stream_refused_for_now_is_asked_for_as_told_and_loses_nothing(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    tries: list[float] = []

    def refuse_twice(route: Route) -> Any:
        tries.append(time.monotonic())
        if len(tries) > 2:
            return route.continue_()
        return route.fulfill(status=429, headers={"Retry-After": "3"}, json={"error": "too_many_requests"})

    widget.page.context.route("**/events", refuse_twice)
    widget.page.reload()
    widget.greeted()
    widget.page.wait_for_timeout(500)
    assert len(tries) == 1
    agent.reply(widget.identifiers[0], "said while you were not followed")
    expect(widget.log.locator(".turn.agent")).to_contain_text("said while you were not followed")
    expect(widget.inside.locator("#banner")).to_be_hidden()
    assert len(tries) == 3
    assert all(after - before >= 3 for before, after in itertools.pairwise(tries))
