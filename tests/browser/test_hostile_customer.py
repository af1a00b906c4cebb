"""A customer who is impatient, writes in any script, pastes a book, and whose service dies at the worst moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PageMaker
from tests.browser.console import Console
from tests.browser.desk import Agent, Desk
from tests.browser.test_widget_answers import HOW_TO
from tests.browser.test_widget_continuity import said
from tests.browser.widget import Widget
from tests.service_process import ServiceProcess

NOTHING_TO_SEE = ("", "   ", "\n\n", "\u200b\u200b", "\u2060", "\u202e", "\ufeff", "\u00ad", "\u3164", "\u2800")
WHICH_PLAN = "What does the Plus plan cost?"
HEBREW = "שלום, איך מאפסים את הרכזת?"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈😀"
BOOK = "word " * 2000
LATENCY = """() => {
  const sent = window.fetch;
  window.fetch = (...given) => new Promise((resolve) => setTimeout(resolve, 300)).then(() => sent(...given));
}"""
KILLED = (str(Path(__file__).with_name("killed_service.py")),)


@pytest.fixture
def dying(small_index: Path, tmp_path: Path) -> Iterator[ServiceProcess]:
    """A service that is killed in the middle of its first two turns."""
    process = ServiceProcess(small_index, tmp_path, KILLED)
    process.start()
    yield process
    process.stop()


def reads_from_the_right(place: Locator) -> None:
    """Waits: an element that a live event just replaced has no style of its own."""
    expect(place).to_have_css("direction", "rtl")


def far_away(widget: Widget) -> None:
    """What is written next waits behind the one before it."""
    widget.frame.evaluate(LATENCY)


def dead(process: ServiceProcess) -> None:
    assert process.process is not None
    process.process.wait(30)


def test_text_that_shows_nothing_is_not_sent(widget: Widget, desk: Desk) -> None:
    for text in NOTHING_TO_SEE:
        widget.text.fill(text)
        expect(widget.button("Send")).to_be_disabled()
        widget.text.press("Enter")
    widget.ask("thanks")
    assert said(desk, widget) == ["thanks"]


def test_double_click_on_a_starter_says_it_once(widget: Widget, desk: Desk) -> None:
    starter = widget.inside.locator("#starters button").first
    words = starter.inner_text()
    far_away(widget)
    starter.dblclick()
    widget.ask("thanks")
    assert said(desk, widget) == [words, "thanks"]


def test_double_click_on_a_choice_says_it_once(widget: Widget, desk: Desk) -> None:
    widget.ask(WHICH_PLAN)
    choice = widget.inside.locator(".options .choice").first
    label = choice.inner_text()
    far_away(widget)
    choice.dblclick()
    widget.ask("thanks")
    assert said(desk, widget) == [WHICH_PLAN, label, "thanks"]


def test_none_of_the_choices_is_a_person_at_once(widget: Widget, desk: Desk) -> None:
    widget.ask(WHICH_PLAN)
    widget.inside.locator(".options .offer").click()
    expect(widget.inside.locator(".note").last).to_contain_text("passing you to a person")
    assert said(desk, widget) == [WHICH_PLAN]


def test_a_book_is_refused_with_its_length_and_kept_while_a_person_is_asked_for(widget: Widget, desk: Desk) -> None:
    widget.text.fill(BOOK)
    widget.text.press("Enter")
    expect(widget.inside.locator("#count")).to_have_text("9999 of 4000 characters: too long")
    expect(widget.mine).to_have_count(0)
    widget.ask_for_person()
    expect(widget.text).to_have_value(BOOK)
    assert said(desk, widget) == []


def test_a_long_story_goes_with_the_request_for_a_person(widget: Widget, desk: Desk) -> None:
    story = BOOK[:3900].strip()
    widget.text.fill(story)
    widget.ask_for_person()
    assert said(desk, widget) == [story]


def test_any_script_is_shown_in_its_own_direction_to_customer_and_agent(
    widget: Widget, desk: Desk, agent: Agent, new_page: PageMaker
) -> None:
    widget.write(f"{HEBREW} {EMOJI}")
    expect(widget.mine.locator(".bubble")).to_have_text(f"{HEBREW} {EMOJI}")
    reads_from_the_right(widget.mine.locator(".bubble"))
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person")
    console = Console(new_page(), desk.url).let_in()
    ticket = agent.ticket_of(widget.identifiers[0])
    reads_from_the_right(console.find(ticket).locator(".goal"))
    console.open(ticket)
    written = console.transcript.locator(".turn.customer .said")
    expect(written).to_have_text(f"{HEBREW} {EMOJI}")
    for place in (written, console.page.locator("#head h1"), console.page.locator("#packet .goal")):
        reads_from_the_right(place)
    console.composer.fill(HEBREW)
    reads_from_the_right(console.composer)


def test_suggestions_stay_in_their_column(widget: Widget, desk: Desk, agent: Agent, new_page: PageMaker) -> None:
    widget.text.fill("What does the Plus plan cost in the US and how long may I return?")
    widget.ask_for_person()
    console = Console(new_page(), desk.url).let_in().open(agent.ticket_of(widget.identifiers[0]))
    expect(console.offers.first).to_be_visible()
    column = console.page.locator(".beside").bounding_box()
    for offer in console.offers.all():
        box = offer.bounding_box()
        assert column is not None
        assert box is not None
        assert box["x"] + box["width"] <= column["x"] + column["width"]


def test_service_killed_in_the_middle_of_two_turns_answers_both_when_it_is_back(
    other_pages: PageMaker, dying: ServiceProcess
) -> None:
    """One customer waits, the other one is away meanwhile."""
    waits, goes = (Widget.in_shop(other_pages(), dying.url) for _ in range(2))
    for widget in (waits, goes):
        widget.write(HOW_TO)
    dead(dying)
    goes.page.close()
    dying.start()
    page = goes.page.context.new_page()
    page.goto(f"{dying.url}/demo")
    for widget in (waits, Widget(page).greeted()):
        expect(widget.answers).to_have_count(1, timeout=60_000)
        expect(widget.mine).to_have_count(1)
        expect(widget.mine.locator(".status")).to_have_count(0)
        assert said(Desk(dying), widget) == [HOW_TO]


def test_what_one_tab_could_not_send_is_not_forgotten_by_another(widget: Widget, desk: Desk) -> None:
    second = _other_tab(widget.page, desk)
    widget.page.route("**/messages", lambda route: route.abort())
    widget.write(HOW_TO)
    expect(widget.mine).to_have_count(1)
    second.ask("thanks")
    widget.page.unroute("**/messages")
    widget.page.reload()
    widget.greeted()
    expect(widget.answers).to_have_count(2)
    assert sorted(said(desk, widget)) == sorted([HOW_TO, "thanks"])


def _other_tab(page: Page, desk: Desk) -> Widget:
    other = page.context.new_page()
    other.goto(f"{desk.url}/demo")
    return Widget(other).greeted()
