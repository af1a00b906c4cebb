"""What an agent does at the desk, in a real browser against the real service."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bot.access import Role
from bot.assist import record
from bot.assist.record import SuggestionState
from bot.desk import accounts
from bot.settings import DATABASE_FILE
from bot.storage.engine import Database, open_database
from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, listening, visitor, waiting
from tests.browser.desk import AGENT_NAME, Agent, Desk

RESET = "How do I reset Hub 2?"
REFUND = "What refund limit may be given without approval?"
PASTED = "Nobody outside of legal may know that claims below 500 are usually paid."
LEO = ("leo@example.com", "another long password")


@pytest.fixture(scope="module")
def stored(desk: Desk) -> Iterator[Database]:
    """The service's database, looked at from outside, with a second agent in it."""
    database = open_database(f"sqlite:///{desk.data / DATABASE_FILE}")
    with database.transaction() as tx:
        accounts.add(tx, LEO[0], "Leo", Role.AGENT, LEO[1])
    yield database
    database.close()


@pytest.fixture
def console(new_page: PageMaker, desk: Desk) -> Console:
    """Maya, signed in, on no page yet."""
    return Console(new_page(), desk.url).let_in()


def test_a_ticket_appears_by_itself_and_the_customer_reads_the_edited_suggestion_as_a_persons(
    console: Console, desk: Desk, stored: Database
) -> None:
    console.sign_in()
    customer = visitor(desk)
    ticket = waiting(customer, "Nothing works since the update", RESET)
    expect(console.line(ticket)).to_be_visible(timeout=PATIENCE_MS)
    expect(console.line(ticket)).to_contain_text("left")
    console.line(ticket).get_by_role("link").click()
    console.live()
    expect(console.offers.first).to_be_visible(timeout=PATIENCE_MS)
    offer = console.offers.first.get_attribute("data-offer") or ""
    console.button("Claim").click()
    expect(console.page.locator("#standing")).to_have_attribute("data-mine", "yes", timeout=PATIENCE_MS)
    console.composer.press("Alt+1")
    expect(console.composer).to_have_value(re.compile(r"^Hello there,\n\n\S"))
    console.composer.press("End")
    console.composer.press_sequentially(" Tell me how it went.")
    with listening(customer) as events:
        console.send()
        told = next(event for event in events if event.kind == "message")
    assert (told.data["role"], told.data["author"], told.data["automated"]) == ("agent", AGENT_NAME, False)
    assert told.data["text"].endswith("Tell me how it went.")
    expect(console.transcript.locator(".turn.agent").first).to_contain_text(
        "Tell me how it went.", timeout=PATIENCE_MS
    )
    expect(console.composer).to_have_value("")
    with stored.snapshot() as tx:
        decided = record.load(tx, offer)
    assert decided.state is SuggestionState.EDITED
    assert decided.edit_distance == len(" Tell me how it went.")
    assert (decided.shown_at or "9") <= (decided.inserted_at or "") < (decided.decided_at or "")


def test_each_customer_message_brings_its_own_suggestions(console: Console, desk: Desk) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, RESET))
    expect(console.offers.first).to_contain_text("Hub 2", timeout=PATIENCE_MS)
    first = console.offers.first.get_attribute("data-offer")
    customer.say("And how long may I return an order in the United Kingdom?")
    expect(console.transcript.locator(".turn.customer").last).to_contain_text("United Kingdom", timeout=PATIENCE_MS)
    expect(console.page.locator(f"#offer-{first}")).to_have_count(0, timeout=PATIENCE_MS)
    expect(console.offers.first).to_be_visible(timeout=PATIENCE_MS)


def test_a_rejected_suggestion_goes_and_its_source_can_be_opened(
    console: Console, desk: Desk, stored: Database
) -> None:
    console.open(waiting(visitor(desk), RESET))
    offer = console.offers.first
    identifier = offer.get_attribute("data-offer") or ""
    title = offer.get_attribute("data-title") or ""
    offer.get_by_role("button", name="Source").click()
    source = console.page.locator("#source")
    expect(source.locator("h2")).to_have_text(title)
    expect(source.locator(".marked")).not_to_be_empty()
    source.get_by_role("button", name="Close").click()
    offer.get_by_role("button", name="Not useful").click()
    expect(console.page.locator(f"#offer-{identifier}")).to_have_count(0, timeout=PATIENCE_MS)
    with stored.snapshot() as tx:
        assert record.load(tx, identifier).state is SuggestionState.REJECTED


def test_internal_text_is_inserted_only_after_it_was_confirmed(
    console: Console, desk: Desk, stored: Database
) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, REFUND))
    expect(console.internal).to_contain_text("Internal, staff only", timeout=PATIENCE_MS)
    offer = console.internal.get_attribute("data-offer") or ""
    console.internal.get_by_role("button", name="Insert").click()
    insert = console.page.get_by_role("button", name="Insert internal text")
    expect(insert).to_be_disabled()
    expect(console.composer).to_have_value("")
    console.button("Cancel").click()
    expect(console.composer).to_have_value("")
    console.internal.get_by_role("button", name="Insert").click()
    console.page.get_by_label("I have checked").check()
    insert.click()
    expect(console.composer).not_to_have_value("")
    expect(console.page.locator("#from")).to_contain_text("internal article")
    console.send()
    expect(console.composer).to_have_value("", timeout=PATIENCE_MS)
    with stored.snapshot() as tx:
        assert record.load(tx, offer).state is SuggestionState.ACCEPTED
    assert [message["role"] for message in customer.read()["messages"]][-1] == "agent"


def test_internal_text_that_was_pasted_is_sent_only_after_its_release(console: Console, desk: Desk) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, REFUND))
    text = f"Hello Ana, {PASTED} Best wishes"
    console.composer.fill(text)
    console.send()
    asked = console.page.locator("#release")
    expect(asked).to_contain_text("Handling lawyers, courts and threats to sue", timeout=PATIENCE_MS)
    expect(asked.get_by_role("listitem")).to_have_text([PASTED.rstrip(".")])
    assert violations(console.page) == []
    console.button("Cancel").click()
    expect(console.composer).to_have_value(text)
    console.send()
    console.page.get_by_label("I have checked").check(timeout=PATIENCE_MS)
    console.button("Send internal text").click()
    expect(console.composer).to_have_value("", timeout=PATIENCE_MS)
    assert [message["text"] for message in customer.read()["messages"]].count(text) == 1


def test_asking_for_a_fact_already_given_is_warned_of_before_it_is_sent(console: Console, desk: Desk) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, "Order FW-204518 is late, write to jo@example.com"))
    page, warning = console.page, console.page.locator("#asked-again")
    console.composer.fill("I have looked up your order.")
    console.send()
    expect(console.composer).to_have_value("", timeout=PATIENCE_MS)
    asks = "Could you tell me your e-mail address and the order number?"
    console.composer.fill(asks)
    for _ in range(2):  # sending in the same way again does not get past it
        console.send()
        expect(warning).to_be_visible(timeout=PATIENCE_MS)
        expect(warning).to_contain_text("jo@example.com")
    expect(page.get_by_role("alert").filter(has_text="Not sent yet")).to_contain_text("order number: FW-204518")
    assert asks not in str(customer.read())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".turn:focus")).to_contain_text("FW-204518")
    console.composer.fill(f"{asks} ")
    expect(warning).to_be_hidden()
    console.send()
    console.button("Send anyway").press("Enter")
    expect(console.composer).to_have_value("", timeout=PATIENCE_MS)
    expect(warning).to_be_hidden()
    assert customer.read()["messages"][-1]["text"] == asks
    page.get_by_text("History").click()
    trail = page.locator("#history")
    expect(trail).to_contain_text("asked again for what the customer had given:", timeout=PATIENCE_MS)
    expect(trail).to_contain_text("order number, e-mail address")


def test_whoever_comes_second_is_told_and_keeps_the_text(
    console: Console, desk: Desk, new_page: PageMaker, stored: Database, agent: Agent
) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, RESET)
    leo = Console(new_page(), desk.url).let_in(*LEO).open(ticket)
    leo.composer.fill("Leo's answer")
    agent.reply(customer.id, "Maya was first")
    leo.send()
    expect(leo.alert).to_contain_text("Maya is already working on this ticket", timeout=PATIENCE_MS)
    expect(leo.composer).to_have_value("Leo's answer")
    assert "Leo's answer" not in str(customer.read()["messages"])
    leo.alert.get_by_role("button", name="Take over").click()
    expect(leo.alert).to_be_hidden(timeout=PATIENCE_MS)
    leo.send()
    expect(leo.composer).to_have_value("", timeout=PATIENCE_MS)
    assert customer.read()["messages"][-1]["author"] == "Leo"


@pytest.mark.parametrize(("verb", "state"), [("Return to bot", "open"), ("Resolve", "resolved")])
def test_closing_a_ticket_ends_it_for_agent_and_customer(
    console: Console, desk: Desk, verb: str, state: str
) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, RESET))
    console.button("Claim").click()
    expect(console.page.locator("#standing")).to_have_attribute("data-mine", "yes", timeout=PATIENCE_MS)
    console.button(verb).click()
    console.page.get_by_label("Note for the desk").fill("All done")
    console.page.locator("#closing-do").click()
    doubt = console.page.get_by_role("dialog").get_by_role("alert").filter(has_text="No person has answered")
    expect(doubt).to_be_visible(timeout=PATIENCE_MS)
    expect(console.button("Leave it open")).to_be_focused()
    assert violations(console.page) == []
    console.page.get_by_role("button", name="all the same").click()
    expect(console.composer).to_be_hidden(timeout=PATIENCE_MS)
    assert customer.read()["state"] == state
    expect(console.button("Claim")).to_have_count(0)
    expect(console.page.locator("#head .due")).to_contain_text("Closed")
    expect(console.page.locator("[data-due]")).to_have_count(0)


@pytest.mark.parametrize("verb", ["Return to bot", "Resolve"])
def test_a_closing_that_was_a_slip_is_taken_back(console: Console, desk: Desk, verb: str) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, RESET)
    console.open(ticket)
    console.composer.fill("I look into it.")
    console.send()
    expect(console.page.locator("#standing")).to_have_attribute("data-mine", "yes", timeout=PATIENCE_MS)
    console.button(verb).click()
    console.page.locator("#closing-do").click()
    expect(console.composer).to_be_hidden(timeout=PATIENCE_MS)  # it was answered: nobody is asked twice
    expect(console.page.locator("#head")).to_contain_text("Can be reopened until")
    looks_right(console.page)
    console.button("Reopen").click()
    expect(console.composer).to_be_visible(timeout=PATIENCE_MS)
    expect(console.page.locator("#standing")).to_have_attribute("data-mine", "yes")
    assert customer.read()["state"] == "person"
    console.page.get_by_text("History", exact=True).click()
    expect(console.page.locator("#history")).to_contain_text("opened it again", timeout=PATIENCE_MS)


def test_a_draft_outlives_a_reload_and_signing_out(console: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), RESET)
    console.open(ticket).composer.fill("Half a sentence")
    console.page.reload()
    expect(console.live().composer).to_have_value("Half a sentence")
    console.button("Sign out").click()
    expect(console.button("Sign in")).to_be_visible(timeout=PATIENCE_MS)
    expect(console.sign_in().open(ticket).composer).to_have_value("Half a sentence")


def test_an_inserted_text_is_questioned_when_the_customer_wrote_meanwhile(
    console: Console, desk: Desk, stored: Database
) -> None:
    customer = visitor(desk)
    console.open(waiting(customer, RESET))
    console.offers.first.get_by_role("button", name="Insert").click()
    customer.say("Never mind the reset, my camera is offline")
    expect(console.transcript).to_contain_text("my camera is offline", timeout=PATIENCE_MS)
    text, warning = console.composer.input_value(), console.page.locator("#moved-on")
    console.send()
    expect(warning).to_contain_text("The customer wrote since", timeout=PATIENCE_MS)
    expect(warning).to_contain_text("my camera is offline")
    looks_right(console.page)
    assert customer.read()["messages"][-1]["role"] == "customer"
    console.composer.fill(f"{text} ")
    expect(warning).to_be_hidden()
    console.send()
    console.button("Send anyway").press("Enter")
    expect(console.composer).to_have_value("", timeout=PATIENCE_MS)
    assert customer.read()["messages"][-1]["text"] == text.strip()


def test_the_queue_is_searched_filtered_and_walked_by_keyboard(console: Console, desk: Desk) -> None:
    console.sign_in()
    ticket = waiting(visitor(desk), "The zebra lamp of order FW-777123 hums")
    expect(console.line(ticket)).to_be_visible(timeout=PATIENCE_MS)
    console.page.locator("body").press("/")
    console.page.keyboard.type("zebra fw-777123")
    expect(console.page.locator(".line")).to_have_count(1, timeout=PATIENCE_MS)
    console.page.keyboard.press("ArrowDown")
    expect(console.line(ticket).get_by_role("link")).to_be_focused()
    console.page.get_by_role("link", name="Mine").click()
    expect(console.line(ticket)).to_have_count(0)
    console.page.get_by_role("link", name="Waiting").click()
    console.line(ticket).get_by_role("link").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#head h1")).to_contain_text("zebra lamp")


def test_how_sure_the_assistant_was_stands_beside_answers_and_not_beside_courtesies(
    console: Console, desk: Desk
) -> None:
    ticket = waiting(visitor(desk), "hello", "How do I factory-reset my Hub 2?", "I want to talk to a person")
    console.open(ticket)
    said = console.transcript.locator(".turn.bot")
    expect(said.nth(1).locator(".conf")).to_contain_text("% sure")
    expect(said.nth(0)).to_contain_text("What can I help you with?")
    expect(said.nth(0).locator(".conf")).to_have_count(0)
