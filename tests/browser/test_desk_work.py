"""Two agents at one desk, in real browsers: notes, transfer, snooze, who is here, who was first, keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk

IRA = ("ira@example.com", "another long password")


@pytest.fixture(scope="module")
def _second_agent(desk: Desk) -> None:
    desk.hire("Ira", *IRA)


@pytest.fixture
def ira(new_page: PageMaker, desk: Desk, _second_agent: None) -> Console:
    return Console(new_page(), desk.url).sign_in(*IRA)


def _tab(page: Page, name: str) -> None:
    page.locator(".tabs").get_by_role("link", name=name).click()


def test_two_agents_work_on_one_ticket(maya: Console, ira: Console, desk: Desk) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, "My parcel FW-204518 is late")
    maya.open(ticket)
    here = maya.page.locator("#here")
    expect(here).to_be_hidden()
    ira.open(ticket)
    expect(here).to_have_text("Also looking at this ticket: Ira", timeout=PATIENCE_MS)
    expect(ira.page.locator("#here")).to_contain_text("Maya", timeout=PATIENCE_MS)

    maya.page.get_by_label("Internal note").fill("Carrier says Tuesday. @ira, please call them.")
    maya.button("Add note").click()
    expect(ira.page.locator("#notes")).to_contain_text("Carrier says Tuesday", timeout=PATIENCE_MS)
    expect(maya.page.get_by_label("Internal note")).to_have_value("")
    assert "Carrier" not in str(customer.read())

    # Both look at the same version: whoever comes second is told and nothing is lost.
    maya.page.route(f"**/tickets/{ticket}/head", lambda route: route.abort())
    ira.button("Add tag").click()
    ira.page.get_by_label("Tag", exact=True).fill("Late Parcel")
    ira.page.keyboard.press("Enter")
    expect(ira.page.locator(".chip.tag")).to_contain_text("late-parcel", timeout=PATIENCE_MS)
    maya.button("Transfer").click()
    maya.page.get_by_label("Team").select_option("warranty")
    maya.button("Transfer ticket").click()
    expect(maya.alert).to_contain_text("The ticket changed in the meantime", timeout=PATIENCE_MS)
    maya.page.unroute(f"**/tickets/{ticket}/head")
    maya.alert.get_by_role("button", name="Load the ticket again").click()
    maya.live()
    maya.button("Transfer").click()
    maya.page.get_by_label("Team").select_option("legal")
    maya.button("Transfer ticket").click()
    expect(ira.page.locator("#standing")).to_contain_text("Legal", timeout=PATIENCE_MS)

    ira.page.goto(f"{desk.url}/console?show=mentions")
    expect(ira.line(ticket)).to_be_visible()
    expect(here).to_be_hidden(timeout=PATIENCE_MS)
    maya.button("Snooze").click()
    maya.page.get_by_label("Or until").fill("2001-01-01T03:00")
    maya.button("Snooze until then").click()
    dialog = maya.page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a time that is ahead", timeout=PATIENCE_MS)
    expect(maya.page.get_by_label("Or until")).to_have_value("2001-01-01T03:00")
    # At a weekend the first answer may be due after Monday morning: a Monday in two months is late on any day.
    maya.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=60))
    maya.button("Monday 9:00").click()
    expect(dialog.get_by_role("alert").filter(has_text="first answer is due before then")).to_be_visible()
    expect(maya.button("Leave it in the queue")).to_be_focused()
    assert violations(maya.page) == []
    maya.button("Snooze all the same").click()
    expect(maya.page.locator("#standing")).to_contain_text("Snoozed until", timeout=PATIENCE_MS)
    _tab(ira.page, "All open")
    expect(ira.line(ticket)).to_have_count(0, timeout=PATIENCE_MS)
    _tab(ira.live().page, "Snoozed")
    expect(ira.line(ticket)).to_be_visible()
    customer.say("Any news?")
    expect(ira.line(ticket)).to_have_count(0, timeout=PATIENCE_MS)
    expect(maya.page.locator("#standing")).not_to_contain_text("Snoozed until", timeout=PATIENCE_MS)

    maya.page.get_by_text("History").click()
    trail = maya.page.locator("#history")
    for deed in ("Maya wrote a note", "Ira added the tag", "transferred it to Legal", "snoozed it until"):
        expect(trail).to_contain_text(deed)
    expect(trail).to_contain_text("Customer brought it back into the queue", timeout=PATIENCE_MS)


def test_a_macro_is_inserted_with_its_names_filled_in(maya: Console, desk: Desk) -> None:
    maya.open(waiting(visitor(desk), "My parcel is late"))
    maya.page.get_by_label("ready-made text").select_option(label="Say hello")
    told = "so far, so you do not have to repeat anything. I am looking into it now."
    expect(maya.composer).to_have_value(
        f"Hello there, this is Maya from Fernwick Home. I have read everything you wrote {told}"
    )


def test_the_desk_is_worked_by_keys_outside_fields_alone(maya: Console, desk: Desk) -> None:
    page = maya.page
    for goal in ("The wombat lamp hums", "Another wombat"):
        waiting(visitor(desk), goal)
    page.goto(f"{desk.url}/console?q=wombat")
    maya.live()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Claim the ticket")
    page.keyboard.press("j")
    expect(page.locator(".line a:focus")).to_have_count(0)
    page.keyboard.press("Escape")
    first, second = page.locator(".line .goal").all_inner_texts()
    for key, goal in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(page.locator(".line a:focus")).to_contain_text(goal)
    page.keyboard.press("o")
    expect(page.locator("#head h1")).to_have_text(first)
    maya.live()
    page.keyboard.press("r")
    page.keyboard.type("nice: r n c ?")
    expect(maya.composer).to_have_value("nice: r n c ?")
    expect(page.locator("#standing")).to_have_attribute("data-status", "waiting")
    maya.composer.blur()
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_focused()
    page.get_by_label("Internal note").blur()
    page.keyboard.press("c")
    expect(page.locator("#standing")).to_have_attribute("data-mine", "yes", timeout=PATIENCE_MS)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation(new_page: PageMaker, desk: Desk, agent: Agent, width: int, scheme: str) -> None:
    page = new_page(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True)
    ticket = waiting(visitor(desk), "My parcel FW-204518 is late, and the koala lamp hums")
    for what, body in (("notes", {"text": "Seen. @maya"}), ("tags", {"tag": "late-parcel"})):
        assert agent.client.post(f"/v1/tickets/{ticket}/{what}", json=body).status_code == 200
    console = Console(page, desk.url).let_in()
    expect(console.find(ticket)).to_contain_text("late-parcel")
    looks_right(page)
    console.open(ticket)
    page.get_by_text("History").click()
    looks_right(page)
    console.button("Send reply").scroll_into_view_if_needed()
    expect(console.button("Send reply")).to_be_in_viewport(ratio=1)
    console.composer.fill("What is your order number?")
    console.send()
    expect(page.locator("#asked-again")).to_be_visible(timeout=PATIENCE_MS)
    looks_right(page)
    with_keyboard = ("Keyboard shortcuts",) if width > 1000 else ()
    for button in ("Transfer", "Snooze", "Add tag", *with_keyboard):
        console.button(button).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == [], button
        page.keyboard.press("Escape")
