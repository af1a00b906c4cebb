"""A person in the widget: asked for on the first click, waited for, answering live, done and rated."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.console import Console, held_back
from tests.browser.desk import AGENT_NAME, Agent, Desk
from tests.browser.test_widget_continuity import said
from tests.browser.widget import Widget


def test_person_can_be_asked_for_before_anything_is_typed(widget: Widget, desk: Desk, agent: Agent) -> None:
    widget.ask_for_person()
    stored = desk.stored(*widget.identifiers)
    assert stored["state"] == "waiting"
    assert agent.ticket_of(stored["id"])
    expect(widget.log.locator(".note")).to_contain_text(stored["ticket"]["told"].split(". ")[0])
    expect(widget.button("Talk to a person")).to_be_hidden()


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en-GB", r"Answer by \w{3}.* \d\d:\d\d "), ("en-US", r"Answer by \w{3}.* \d{1,2}:\d\d\s[AP]M ")],
)
def test_the_promised_time_stays_in_sight_in_the_readers_own_format(
    new_page: PageMaker, desk: Desk, locale: str, written: str
) -> None:
    widget = Widget.in_shop(new_page(locale=locale, timezone_id="America/Los_Angeles"), desk.url)
    widget.ask_for_person()
    expect(widget.inside.locator("#strip p")).to_have_text(re.compile(written + r"(P[SD]T|GMT-\d) \(your time\)"))
    told = widget.log.locator(".note p").first.inner_text()
    assert desk.stored(*widget.identifiers)["ticket"]["told"].count(":") == len(re.findall(r"\d:\d\d", told))
    assert bool(re.search(r":\d\d\s[AP]M", told)) is (locale == "en-US")


def test_what_is_written_while_waiting_says_once_that_it_came(widget: Widget) -> None:
    widget.ask_for_person()
    expect(widget.log.locator(".note")).to_have_count(1)
    for words in ("It is about my parcel", "and about the refund"):
        widget.write(words)
        expect(widget.mine.last).to_contain_text(words)
        widget.arrived()
    expect(widget.log.locator(".status")).to_have_count(1)


def test_pages_that_may_help_meanwhile_open_beside_the_note_and_the_agent_sees_them(
    widget: Widget, new_page: PageMaker, desk: Desk, agent: Agent
) -> None:
    widget.write("does the hub 2 cable come in white")
    note = widget.log.locator(".note")
    expect(note).to_contain_text("While you wait, these pages may help:")
    expect(note.locator(".origin")).to_have_count(2)
    note.get_by_role("button", name="Set up Hub 2").click()
    sheet = widget.inside.locator("#source")
    expect(sheet.locator("h2").first).to_have_text("Set up Hub 2")
    expect(sheet.locator(".article")).to_be_visible()
    expect(sheet.locator("mark")).to_have_count(0)
    assert violations(widget.frame) == []
    page = new_page()
    Console(page, desk.url).sign_in()
    page.goto(f"{desk.url}/console/tickets/{agent.ticket_of(widget.identifiers[0])}")
    expect(page.locator("ul.shown")).to_contain_text("Set up Hub 2")
    expect(page.get_by_role("list", name="Pages to look at meanwhile")).to_contain_text("Set up Hub 2")


def test_double_click_on_person_makes_one_ticket(widget: Widget, agent: Agent) -> None:
    widget.button("Talk to a person").dblclick()
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    tickets = agent.client.get("/v1/tickets").json()["tickets"]
    assert [ticket["conversation_id"] for ticket in tickets].count(widget.identifiers[0]) == 1


def test_words_in_the_text_field_go_with_the_request_for_a_person(widget: Widget, agent: Agent) -> None:
    widget.text.fill("It is about order FW-123456")
    widget.ask_for_person()
    expect(widget.text).to_have_value("")
    ticket = agent.client.get(f"/v1/tickets/{agent.ticket_of(widget.identifiers[0])}").json()
    assert "FW-123456" in str(ticket["packet"]["facts"])


def test_what_is_typed_while_a_person_is_asked_for_stays(widget: Widget, desk: Desk) -> None:
    widget.text.fill("It is about my order")
    with held_back(widget.page, "**/handoff"):
        widget.button("Talk to a person").click()
        widget.text.press("End")
        widget.text.press_sequentially(" FW-123456")
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    expect(widget.text).to_have_value("It is about my order FW-123456")
    assert said(desk, widget) == ["It is about my order"]


def test_an_answer_that_comes_late_does_not_undo_what_was_heard_since(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    held: list[Route] = []
    widget.page.route("**/messages", lambda route: held.append(route))
    widget.write("My hub is broken")
    while not held:
        widget.page.wait_for_timeout(20)
    answer = held[0].fetch()
    agent.reply(widget.identifiers[0], "Hello")
    strip = widget.inside.locator("#strip")
    expect(strip).to_have_text(f"{AGENT_NAME} has joined the conversation")
    widget.write("It blinks red")
    held[0].fulfill(response=answer)
    while len(held) < 2:  # the next one goes when the first is answered
        widget.page.wait_for_timeout(20)
    expect(strip).to_have_text(f"{AGENT_NAME} has joined the conversation")
    held[1].continue_()
    widget.arrived()


def test_reply_of_a_person_arrives_live_and_under_their_name(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    widget.write("My hub is broken")
    widget.arrived()
    agent.reply(widget.identifiers[0], "Hello, I am looking at your hub <b>now</b>.\nOne moment.")
    turn = widget.log.locator(".turn.agent")
    expect(turn).to_contain_text("Hello, I am looking at your hub <b>now</b>.")
    expect(turn.locator(".meta")).to_contain_text(AGENT_NAME)
    expect(turn.locator(".meta")).to_contain_text("a person")
    expect(turn.locator(".meta")).not_to_contain_text("Automated")
    expect(widget.inside.locator("#strip")).to_have_text(f"{AGENT_NAME} has joined the conversation")
    expect(widget.inside.locator("#disclosure")).to_have_text(f"{AGENT_NAME}, a person, is with you")


def test_inserted_article_text_is_shown_with_its_lists_and_tables(widget: Widget, agent: Agent, desk: Desk) -> None:
    widget.ask_for_person()
    expect(widget.text).to_have_attribute("placeholder", "Write a message…")
    steps = f"1. Hold\n2. See {desk.url}/demo"
    text = f"Hello!\nPlease try:\n\n## Restart\n\n{steps}\n\n| a | b |\n|---|---|\n| 1 | <i>2</i> |"
    agent.reply(widget.identifiers[0], text)
    bubble = widget.log.locator(".turn.agent .bubble")
    expect(bubble.locator("ol li")).to_have_text(["Hold", f"See {desk.url}/demo"])
    expect(bubble.locator("h2")).to_have_text("Restart")
    expect(bubble.locator("td")).to_have_text(["1", "<i>2</i>"])
    expect(bubble.locator("p").first).to_have_text("Hello!\nPlease try:")
    expect(bubble.locator("li a")).to_have_attribute("href", f"{desk.url}/demo")


def test_replies_to_a_closed_chat_are_counted_on_the_launcher(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    conversation = widget.identifiers[0]
    widget.button("Close chat").click()
    agent.reply(conversation, "First")
    agent.reply(conversation, "Second")
    expect(widget.launcher).to_have_attribute("aria-label", "Open chat, 2 new messages")
    expect(widget.page.locator("[data-answerdesk-launcher] .badge")).to_have_text("2")
    widget.launcher.click()
    expect(widget.log).to_contain_text("Second")
    expect(widget.launcher).to_have_attribute("aria-label", "Close chat")
    widget.button("Close chat").click()
    expect(widget.launcher).to_have_attribute("aria-label", "Open chat")


def test_reply_reaches_a_reloaded_page_whose_chat_stays_closed(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    conversation = widget.identifiers[0]
    widget.button("Close chat").click()
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    widget.page.reload()
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    agent.reply(conversation, "Are you still there?")
    expect(widget.launcher).to_have_attribute("aria-label", "Open chat, 1 new messages")


def test_failed_request_for_a_person_says_so_and_works_the_second_time(shop: Page) -> None:
    widget = Widget(shop).open()
    shop.route("**/handoff", lambda route: route.abort())
    widget.button("Talk to a person").click()
    expect(widget.inside.locator("#count")).to_have_text("That did not get through. Please try again.")
    shop.unroute("**/handoff")
    widget.ask_for_person()
