"""A promise in the console: made in the reply, held back in free words, marked, kept, and in the way of closing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk

FREELY = "Thank you. I'll ring you tomorrow."


def _promise(console: Console) -> str:
    """Promises a call in four open hours; the sentence in the reply."""
    console.button("Promise").click()
    console.page.get_by_role("combobox", name="What").select_option(label="We call")
    console.button("4 open hours").click()
    expect(console.page.get_by_role("dialog")).to_be_hidden()
    return console.composer.input_value().splitlines()[-1]


def test_free_words_are_held_back_until_they_are_an_object(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, "The lamp hums")
    maya.open(ticket)
    held = maya.page.locator("#promised-freely")
    maya.composer.fill(FREELY)
    maya.send()
    expect(held).to_contain_text("I'll ring you tomorrow.")
    maya.send()
    expect(held).to_be_visible()
    assert "ring you" not in str(customer.read())
    held.get_by_role("button", name="Change the reply").click()
    expect(maya.composer).to_be_focused()
    maya.composer.fill("Thank you.")
    expect(held).to_be_hidden()
    sentence = _promise(maya)
    assert sentence.startswith("We will call you by ")
    maya.send()
    expect(maya.transcript).to_contain_text(sentence, timeout=PATIENCE_MS)
    expect(maya.composer).to_have_value("")
    assert sentence in customer.read()["messages"][-1]["text"]
    ledger = maya.page.locator("#promises")
    expect(ledger).to_contain_text(sentence, timeout=PATIENCE_MS)
    expect(ledger).to_contain_text("Open")

    maya.page.goto(f"{desk.url}/console?q=lamp+hums")
    expect(maya.line(ticket)).to_contain_text("Promise")


def test_sent_as_it_is_it_stands_in_the_history(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    maya.open(waiting(customer, "The lamp buzzes"))
    maya.composer.fill(FREELY)
    maya.send()
    maya.button("Send as it is").click()
    expect(maya.transcript).to_contain_text("ring you tomorrow", timeout=PATIENCE_MS)
    maya.page.get_by_text("History", exact=True).click()
    expect(maya.page.locator("#history")).to_contain_text("promised in free words: “I'll ring you tomorrow.”")


def test_a_reworded_promise_is_no_object_any_more(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp whistles"))
    sentence = _promise(maya)
    maya.composer.fill(sentence.replace("We will call you", "We will call your neighbour"))
    maya.send()
    expect(maya.page.locator("#promised-freely")).to_contain_text("your neighbour")


def test_closing_asks_why_a_promise_is_given_up(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp crackles"))
    sentence = _promise(maya)
    maya.send()
    expect(maya.page.locator("#promises")).to_contain_text(sentence, timeout=PATIENCE_MS)
    maya.button("Resolve").click()
    maya.page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    dialog = maya.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Still promised", timeout=PATIENCE_MS)
    dialog.get_by_label("Why it is given up").fill("They came to the shop.")
    dialog.get_by_role("button", name="Resolve").click()
    expect(maya.page.locator("#standing")).to_have_attribute("data-status", "resolved", timeout=PATIENCE_MS)
    expect(maya.page.locator("#promises")).to_contain_text("They came to the shop.", timeout=PATIENCE_MS)
    expect(maya.transcript).to_contain_text(f"We wrote to you: “{sentence}” That does not hold any more.")


def test_a_kept_promise_is_marked_by_its_button(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp clicks"))
    _promise(maya)
    maya.send()
    ledger = maya.page.locator("#promises")
    ledger.get_by_role("button", name="Done").click()
    expect(ledger).to_contain_text("Kept", timeout=PATIENCE_MS)
    expect(ledger.get_by_role("button", name="Done")).to_have_count(0)


def test_a_time_at_night_is_refused_in_the_dialog(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp sings"))
    maya.button("Promise").click()
    maya.page.get_by_label("Or by").fill("2001-01-01T03:00")
    maya.button("Insert with this time").click()
    expect(maya.page.locator("#promise-wrong")).to_contain_text("Choose a time that is ahead")
    expect(maya.composer).to_have_value("")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation(new_page: PageMaker, desk: Desk, width: int, scheme: str) -> None:
    page = new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True)
    console = Console(page, desk.url).let_in().open(waiting(visitor(desk), "The lamp roars"))
    console.button("Promise").click()
    console.page.get_by_label("Or by").fill("2001-01-01T03:00")
    console.button("Insert with this time").click()
    expect(page.locator("#promise-wrong")).to_be_visible()
    assert violations(page) == []
    console.button("4 open hours").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    console.send()
    expect(page.locator(".promise")).to_be_visible(timeout=PATIENCE_MS)
    console.composer.fill(FREELY)
    console.send()
    expect(page.locator("#promised-freely")).to_be_visible(timeout=PATIENCE_MS)
    looks_right(page)
    console.button("Resolve").click()
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.get_by_label("Why it is given up")).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page) == []
