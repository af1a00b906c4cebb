"""What a hand slips into at the desk: a colleague's ticket, two clicks for one, another's draft, words left over."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.assist import record
from bot.assist.record import Proposal
from bot.conversation import messages
from kb_ingest.article import Visibility
from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, held_back, visitor, waiting
from tests.browser.desk import Agent, Desk

NIA = ("nia@example.com", "a fifth long password")
FREELY = "Thank you. I'll ring you tomorrow."
INTERNAL = "Agents may waive the fee once a year without asking a lead."
SECOND = "Write the reason code into the back office on the same day."


@pytest.fixture(scope="module")
def _nia(desk: Desk) -> None:
    desk.hire("Nia Berg", *NIA)
    desk.hire("Nils Berg", "nils@example.com", "a sixth long password")


@pytest.fixture
def nia(new_page: PageMaker, desk: Desk, _nia: None) -> Console:
    return Console(new_page(), desk.url).let_in(*NIA)


def _offer(desk: Desk, ticket: str, agent: Agent, *texts: str) -> None:
    """Suggestions from internal articles for the ticket's last customer message."""
    conversation = agent.client.get(f"/v1/tickets/{ticket}").json()["conversation_id"]
    made = [
        Proposal(text, f"int-fees-{number}", f"Internal {number}", text, 0, 1, "0" * 12, Visibility.INTERNAL, 0.5)
        for number, text in enumerate(texts, 1)
    ]
    with desk.transaction() as tx:
        said = [m.id for m in messages.transcript(tx, conversation) if m.role == "customer"][-1]
        record.store(tx, conversation, said, made, ticket)


def _sent(page: Page, path: str) -> list[Any]:
    """What the page posts there from now on; each answer waits a little, as in a busy hour."""
    bodies: list[Any] = []

    def late(route: Route) -> None:
        bodies.append(json.loads(route.request.post_data or "{}"))
        time.sleep(0.2)
        route.continue_()

    page.route(path, late)
    return bodies


def test_taking_over_asks_first_by_key_and_by_button(maya: Console, nia: Console, desk: Desk, agent: Agent) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, "The lamp hums")
    agent.claim(customer.id)
    nia.open(ticket)
    dialog = nia.page.get_by_role("dialog")
    for ask in (lambda: nia.page.keyboard.press("c"), lambda: nia.button("Take over").click()):
        ask()
        expect(dialog).to_contain_text("Maya is working on this ticket")
        assert violations(nia.page) == []
        dialog.get_by_role("button", name="Cancel").click()
    expect(nia.page.locator("#standing")).to_have_attribute("data-mine", "no")
    nia.page.keyboard.press("Alt+KeyC")
    dialog.get_by_role("button", name="Take over").click()
    expect(nia.page.locator(".assignee")).to_have_text("Yours", timeout=PATIENCE_MS)
    nia.page.get_by_text("History", exact=True).click()
    expect(nia.page.locator("#history")).to_contain_text("Nia Berg took over from Maya", timeout=PATIENCE_MS)


def test_a_ticket_is_given_back_and_handed_over(maya: Console, nia: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp buzzes")
    maya.open(ticket)
    expect(maya.button("Give back")).to_have_count(0)
    maya.button("Claim").click()
    maya.button("Give back").click()
    assert violations(maya.page) == []
    maya.button("Give back to the queue").click()
    expect(maya.page.locator(".assignee")).to_have_text("Nobody has it yet", timeout=PATIENCE_MS)
    maya.button("Hand over").click()
    maya.page.get_by_role("dialog").get_by_role("combobox").select_option(label="Nia Berg")
    assert violations(maya.page) == []
    maya.button("Hand over ticket").click()
    expect(maya.page.locator(".assignee")).to_have_text("With Nia Berg", timeout=PATIENCE_MS)
    maya.page.get_by_text("History", exact=True).click()
    trail = maya.page.locator("#history")
    expect(trail).to_contain_text("Maya gave it back to the queue", timeout=PATIENCE_MS)
    expect(trail).to_contain_text("Maya gave it to Nia Berg", timeout=PATIENCE_MS)
    nia.open(ticket)
    expect(nia.button("Give back")).to_be_visible()


def test_one_promise_sentence_is_one_promise(maya: Console, desk: Desk, agent: Agent) -> None:
    ticket = waiting(visitor(desk), "The lamp whistles")
    maya.open(ticket)
    asked = _sent(maya.page, "**/promises/preview")
    for _ in range(2):
        maya.button("Promise").click()
        maya.button("4 open hours").dblclick()
        expect(maya.page.get_by_role("dialog")).to_be_hidden()
    assert len(asked) == 2
    sentence = maya.composer.input_value()
    assert sentence.count("We will") == 1
    maya.composer.fill(f"{sentence} {sentence}")
    maya.composer.fill(sentence)
    maya.send()
    expect(maya.composer).to_have_value("", timeout=PATIENCE_MS)
    assert len(agent.client.get(f"/v1/tickets/{ticket}/promises").json()["promises"]) == 1


def test_a_promise_takes_the_place_of_the_free_words(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp crackles"))
    maya.composer.fill(f"{FREELY}\n\nKind regards")
    maya.send()
    maya.button("Make it a promise").click()
    maya.page.get_by_role("combobox", name="What").select_option(label="We call")
    maya.button("4 open hours").click()
    expect(maya.page.get_by_role("dialog")).to_be_hidden()
    assert re.fullmatch(r"Thank you\. We will call you by .*\n\nKind regards", maya.composer.input_value())
    maya.send()
    expect(maya.composer).to_have_value("", timeout=PATIENCE_MS)
    expect(maya.page.locator("#promised-freely")).to_be_hidden()


def test_a_note_is_written_once_kept_over_a_reload_and_says_whom_it_missed(
    maya: Console, nia: Console, desk: Desk
) -> None:
    ticket = waiting(visitor(desk), "The lamp sings")
    maya.open(ticket)
    note = maya.page.get_by_label("Internal note")
    note.fill("@nia please look, or @ni, or @berg")
    maya.page.reload()
    expect(maya.live().page.get_by_label("Internal note")).to_have_value("@nia please look, or @ni, or @berg")
    posted = _sent(maya.page, f"**/v1/tickets/{ticket}/notes")
    maya.button("Add note").dblclick()
    expect(maya.alert).to_contain_text("“@ni” calls nobody. Did you mean Nia Berg or Nils Berg?", timeout=PATIENCE_MS)
    expect(maya.alert).to_contain_text("“@berg” calls nobody.")
    expect(note).to_have_value("")
    expect(maya.page.locator(".notes .to")).to_have_text("for Nia Berg", timeout=PATIENCE_MS)
    assert len(posted) == 1
    maya.page.reload()
    expect(maya.live().page.get_by_label("Internal note")).to_have_value("")


def test_what_is_typed_while_a_reply_or_a_note_is_on_its_way_stays(maya: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp rattles")
    maya.open(ticket)
    note = maya.page.get_by_label("Internal note")
    for field, path, button in ((maya.composer, "reply", "Send reply"), (note, "notes", "Add note")):
        with held_back(maya.page, f"**/v1/tickets/{ticket}/{path}"):
            field.fill(f"First {path}.")
            maya.button(button).click()
            field.press("End")
            field.press_sequentially(" And the next")
        expect(field).to_have_value("And the next")
        maya.page.reload()
        expect(field).to_have_value("And the next")
        expect(maya.live().page.get_by_text(f"First {path}.")).to_be_visible()
    maya.send()
    expect(maya.transcript).to_contain_text("And the next")
    expect(maya.composer).to_have_value("")


def test_what_one_did_oneself_is_no_change_of_a_colleagues(maya: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp squeaks")
    maya.open(ticket)
    with held_back(maya.page, f"**/console/tickets/{ticket}/head"):  # it comes late over a slow network
        maya.composer.fill("I look into it.")
        maya.send()
        expect(maya.composer).to_have_value("")
        for tag in ("loud", "lamp"):
            maya.button("Add tag").click()
            maya.page.get_by_label("Tag", exact=True).fill(tag)
            maya.page.keyboard.press("Enter")
            expect(maya.page.get_by_role("dialog")).to_be_hidden()
        maya.button("Resolve").click()
        maya.page.locator("#closing-do").click()
        expect(maya.page.get_by_role("dialog")).to_be_hidden()
        expect(maya.alert).to_be_hidden()
    expect(maya.page.locator("#standing")).to_have_attribute("data-status", "resolved")
    expect(maya.page.locator(".chip.tag")).to_have_count(2)


def test_two_tabs_hold_one_draft(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, "The lamp roars")
    maya.open(ticket)
    other = Console(maya.page.context.new_page(), desk.url).open(ticket)
    maya.composer.fill("Half a sentence")
    expect(other.composer).to_have_value("Half a sentence")
    maya.page.get_by_label("Internal note").fill("Half a note")
    expect(other.page.get_by_label("Internal note")).to_have_value("Half a note")
    other.composer.fill("")
    expect(maya.composer).to_have_value("")
    other.composer.fill("A whole one.")
    expect(maya.composer).to_have_value("A whole one.")
    maya.send()
    expect(other.composer).to_have_value("", timeout=PATIENCE_MS)
    other.page.reload()
    expect(other.live().composer).to_have_value("")


def test_a_draft_is_of_whoever_wrote_it(maya: Console, nia: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk), "The lamp flickers")
    maya.open(ticket).composer.fill("Maya's words")
    # Her session ends without her, and Nia signs in at the same desk.
    maya.page.context.clear_cookies()
    maya.page.context.add_cookies(nia.page.context.cookies())
    maya.page.reload()
    expect(maya.live().page.locator(".me .name")).to_have_text("Nia Berg")
    expect(maya.composer).to_have_value("")


def test_nothing_is_inserted_on_a_closed_ticket(maya: Console, desk: Desk, agent: Agent) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, "How do I set up Hub 2?")
    maya.open(ticket)
    expect(maya.offers.first.get_by_role("button", name="Insert")).to_be_visible(timeout=PATIENCE_MS)
    maya.page.route(f"**/tickets/{ticket}/suggestions", lambda route: route.abort())
    agent.resolve(customer.id)
    expect(maya.composer).to_be_hidden(timeout=PATIENCE_MS)
    maya.page.keyboard.press("Alt+Digit1")
    expect(maya.alert).to_contain_text("This ticket is closed: nothing was inserted.")
    expect(maya.page.locator("#reply")).to_have_value("")
    maya.page.unroute(f"**/tickets/{ticket}/suggestions")
    maya.page.reload()
    expect(maya.live().page.locator(".offer .insert")).to_have_count(0)


def test_every_internal_text_is_named_while_it_stands_there(maya: Console, desk: Desk, agent: Agent) -> None:
    ticket = waiting(visitor(desk), "Can you waive the fee?")
    _offer(desk, ticket, agent, INTERNAL, SECOND)
    maya.open(ticket)
    said = maya.page.locator("#from")
    for number in (1, 2):
        maya.offers.filter(has_text=f"Internal {number}").get_by_role("button", name="Insert").click()
        maya.page.get_by_label("I have checked").check()
        maya.button("Insert internal text").click()
    expect(said).to_have_text("Contains text of the internal articles “Internal 1” and “Internal 2”, released by you.")
    maya.composer.fill("We have taken the fee off.")
    expect(said).to_be_hidden()
    maya.composer.fill(f"We have. {INTERNAL}\n{SECOND}")
    expect(said).to_have_class(re.compile("internal"))
    maya.send()
    expect(maya.composer).to_have_value("", timeout=PATIENCE_MS)
    maya.page.get_by_text("History", exact=True).click()
    for number in (1, 2):
        told = f"Maya released text of the internal article “Internal {number}”"
        expect(maya.page.locator("#history")).to_contain_text(told, timeout=PATIENCE_MS)


def test_a_ready_made_text_is_chosen_by_keyboard(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    maya.open(waiting(customer, "My parcel is late"))
    macro = maya.page.get_by_label("ready-made text")
    macro.focus()
    for _ in range(2):
        maya.page.keyboard.press("ArrowDown")
    expect(macro).to_be_focused()
    expect(maya.composer).to_have_value("")
    wanted = macro.input_value()
    maya.page.keyboard.press("Enter")
    expect(maya.composer).to_have_value(wanted)
    expect(macro).to_have_value("")
    assert wanted
    assert [message["role"] for message in customer.read()["messages"]].count("agent") == 0


def test_what_was_written_in_one_dialog_is_not_in_the_next(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "The lamp glows"))
    dialog = maya.page.get_by_role("dialog")
    maya.button("Resolve").click()
    dialog.get_by_label("Note for the desk").fill("Sent a new lamp.")
    dialog.get_by_role("button", name="Cancel").click()
    maya.button("Return to bot").click()
    expect(dialog.get_by_label("Note for the desk")).to_have_value("")


def test_a_selection_is_assigned_once(maya: Console, desk: Desk) -> None:
    tickets = [waiting(visitor(desk), f"The okapi lamp {number} hums") for number in range(2)]
    maya.page.goto(f"{desk.url}/console?q=okapi")
    maya.live()
    for ticket in tickets:
        maya.line(ticket).get_by_role("checkbox").check()
    posted = _sent(maya.page, "**/tickets/bulk")
    maya.page.get_by_role("group", name="Selected tickets").get_by_role("button", name="Assign").dblclick()
    for ticket in tickets:
        expect(maya.line(ticket)).to_contain_text("You", timeout=PATIENCE_MS)
    expect(maya.alert).to_be_hidden()
    assert len(posted) == 1


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_alert_covers_no_reply_and_goes_when_the_service_is_back(
    new_page: PageMaker, desk: Desk, width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True)
    console = Console(page, desk.url).let_in().open(waiting(visitor(desk), "The lamp dims"))
    console.composer.fill("Hello")
    page.context.set_offline(True)
    console.send()
    expect(console.alert).to_contain_text("cannot be reached")
    alert = console.alert.bounding_box()
    for place in (console.composer, console.button("Send reply")):
        place.scroll_into_view_if_needed()
        box, alert = place.bounding_box(), console.alert.bounding_box()
        assert box
        assert alert
        assert alert["y"] + alert["height"] <= box["y"]
    page.evaluate("document.querySelector('#alert p').textContent += 'x'.repeat(400)")
    looks_right(page)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(console.alert).to_be_hidden(timeout=PATIENCE_MS)
    expect(console.composer).to_have_value("Hello")
