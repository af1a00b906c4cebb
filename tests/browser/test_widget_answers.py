"""The widget's answers: asked, shown with its source, followed up, judged."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk
from tests.browser.widget import Widget

HOW_TO = "How do I factory-reset my Hub 2?"
TABLE = "What does the Plus plan cost in the US?"


def test_how_to_is_answered_with_its_steps_and_its_source(widget: Widget) -> None:
    answer = widget.ask(HOW_TO)
    expect(answer.locator(".meta")).to_contain_text("Automated answer")
    expect(answer.locator("ol li").first).to_be_visible()
    expect(answer).to_contain_text("Leave the hub plugged in")
    expect(answer.locator(".cite").first).to_have_text("1")
    expect(answer.locator(".origin").first).to_contain_text("Restart or factory-reset Hub")
    expect(answer.locator(".extra")).to_have_count(0)
    added = widget.ask("How do I set up Hub 2?").locator(".extra")
    expect(added).to_contain_text("Good to know: Start with the Ethernet cable")


def test_source_opens_as_cited_with_the_quoted_words_marked(widget: Widget, desk: Desk) -> None:
    answer = widget.ask(HOW_TO)
    answer.locator(".cite").first.click()
    sheet = widget.inside.get_by_role("dialog")
    citation = desk.stored(*widget.identifiers)["messages"][-1]["turn"]["citations"][0]
    expect(sheet.get_by_role("heading", level=2)).to_have_text(citation["title"])
    expect(sheet).to_contain_text("Updated ")
    expect(sheet).not_to_contain_text(citation["version"])
    expect(sheet.locator("mark").first).to_be_in_viewport()
    marked = "".join(sheet.locator("mark").all_inner_texts())
    assert letters(marked) == letters(re.sub(r"(?m)^\s*(?:\d+\.|-|##) ", "", citation["quote"]))
    widget.button("Close source").click()
    expect(sheet).to_be_hidden()
    expect(answer.locator(".cite").first).to_be_focused()


def test_article_cited_more_than_once_is_named_once_with_all_its_numbers(widget: Widget, desk: Desk) -> None:
    answer = widget.ask(HOW_TO)
    citations = desk.stored(*widget.identifiers)["messages"][-1]["turn"]["citations"]
    assert len(citations) > len({citation["article_id"] for citation in citations}) == 1
    expect(answer.locator(".origin")).to_have_count(1)
    numbers = [str(citation["number"]) for citation in citations]
    assert answer.locator(".origin .number").all_inner_texts() == numbers
    assert answer.locator(".cite").all_inner_texts() == numbers
    assert answer.locator(".cite:not([tabindex='-1'])").count() == 0, "the list of sources is where Tab stops"
    answer.locator(".origin").click()
    quoted = "".join(letters(re.sub(r"(?m)^\s*(?:\d+\.|-|##) ", "", each["quote"])) for each in citations)
    marks = widget.inside.locator("#source mark")
    expect(marks.first).to_be_in_viewport()
    assert letters("".join(marks.all_inner_texts())) == quoted


def test_the_title_of_a_source_is_cut_and_never_wider_than_the_window(new_page: PageMaker, desk: Desk) -> None:
    widget = Widget.in_shop(new_page(viewport={"width": 280, "height": 653}), desk.url)
    origin = widget.ask(HOW_TO).locator(".origin")
    expect(origin.locator(".title")).to_contain_text("Restart or factory-reset Hub")
    assert origin.evaluate("chip => chip.getBoundingClientRect().right <= innerWidth")
    assert widget.inside.locator("#scroll").evaluate("log => log.scrollWidth <= log.clientWidth")


def test_follow_up_is_understood_from_the_conversation(widget: Widget) -> None:
    widget.ask(HOW_TO)
    answer = widget.ask("And what about Hub 1?")
    expect(answer.locator(".origin").first).to_contain_text("Hub 1")


def test_table_stays_a_table_and_scrolls_inside_its_bubble(widget: Widget) -> None:
    answer = widget.ask(TABLE)
    first = answer.locator("table th").first
    expect(first).to_be_visible()
    around = answer.locator(".scroller[role='group'][tabindex='0']").first
    assert (around.get_attribute("aria-label") or "").startswith(first.inner_text().split("\N{NO-BREAK SPACE}")[0])
    widget.frame.evaluate("() => { document.querySelector('.scroller').style.width = '9rem'; }")
    left = "(cell) => cell.getBoundingClientRect().left"
    before = first.evaluate(left)
    around.focus()
    around.evaluate("(box) => box.scrollTo({ left: 999, behavior: 'instant' })")
    assert around.evaluate("(box) => box.scrollLeft") > 0
    assert first.evaluate(left) == before, "the first column stays"
    assert widget.frame.evaluate(
        "document.querySelector('#scroll').scrollWidth <= document.querySelector('#scroll').clientWidth"
    )


def test_starters_ask_their_question_and_go_away(widget: Widget) -> None:
    starters = widget.inside.locator("#starters button")
    first = starters.first.inner_text()
    starters.first.click()
    expect(widget.mine.first).to_contain_text(first)
    expect(starters).to_have_count(0)


def test_thumbs_are_stored_and_can_be_changed(widget: Widget) -> None:
    widget.ask(HOW_TO)
    with widget.page.expect_response("**/feedback") as stored:
        widget.button("Yes, helpful").click()
    assert stored.value.status == 201
    expect(widget.button("Yes, helpful")).to_have_attribute("aria-pressed", "true")
    with widget.page.expect_response("**/feedback") as changed:
        widget.button("No, not helpful").click()
    assert changed.value.request.post_data_json["score"] == -1
    expect(widget.button("Yes, helpful")).to_have_attribute("aria-pressed", "false")
    expect(widget.button("Sorry about that. Talk to a person instead")).to_be_visible()


def test_answer_is_shown_while_it_is_written(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    pieces = [f'event: delta\ndata: {{"text": "{piece}"}}\n\n' for piece in ("Hold it ", "for ten ", "seconds.")]
    page.route("**/events", lambda route: route.fulfill(content_type="text/event-stream", body="".join(pieces)))
    widget = Widget.in_shop(page, desk.url)
    writing = widget.inside.locator("#live .writing")
    expect(writing).to_contain_text("Hold it for ten seconds.")
    expect(widget.inside.locator("#live .meta")).to_contain_text("Automated answer")
    page.unroute("**/events")
    widget.ask(HOW_TO)
    expect(writing).to_have_count(0)


def test_every_turn_of_the_assistant_says_that_it_is_automated(widget: Widget) -> None:
    expect(widget.inside.locator("#disclosure")).to_have_text("Automated assistant")
    widget.ask(HOW_TO)
    widget.ask("thanks")
    for turn in widget.log.locator(".turn.bot").all():
        expect(turn.locator(".meta")).to_contain_text("Automated answer")


def test_new_conversation_starts_empty_and_leaves_the_old_one_stored(widget: Widget, desk: Desk) -> None:
    widget.ask(HOW_TO)
    before = widget.identifiers
    widget.button("More").click()
    widget.inside.get_by_role("menuitem", name="Start a new conversation").click()
    expect(widget.mine).to_have_count(0)
    widget.greeted()
    assert widget.identifiers[0] != before[0]
    assert desk.stored(*before)["messages"][0]["text"] == HOW_TO


def test_too_long_a_message_is_counted_and_not_sent(widget: Widget) -> None:
    widget.text.fill("a" * 3900)
    expect(widget.inside.locator("#count")).to_have_text("3900 of 4000 characters")
    widget.text.fill("a" * 4001)
    expect(widget.inside.locator("#count")).to_have_text("4001 of 4000 characters: too long")
    widget.text.press("Enter")
    expect(widget.button("Send")).to_be_disabled()
    expect(widget.mine).to_have_count(0)


def test_busy_service_and_rate_limit_are_told_kindly(shop: Page) -> None:
    widget = Widget(shop).open()
    answers = {"status": 429, "headers": {"Retry-After": "60"}}
    shop.route(
        "**/messages",
        lambda route: route.fulfill(**answers, json={"error": "too_many_requests", "detail": "x"}),
    )
    widget.write("one")
    expect(widget.mine.last).to_contain_text("That was a lot in a short time.")
    answers.update(status=503)
    widget.button("Retry").first.click()
    expect(widget.mine.last).to_contain_text("We cannot take your message right now.")
    shop.unroute("**/messages")
    widget.button("Retry").first.click()
    expect(widget.answers.last).to_be_visible()
    expect(widget.mine).to_have_count(1)


def letters(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)
