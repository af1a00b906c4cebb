"""What the desk must not overlook, and what it looks for: on the queue and on the ticket, on a phone, too."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import looks_right
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Desk, identity

HIDE = "Object.defineProperty(document, 'hidden', { get: () => !window.looked, configurable: true })"
LOOK = "() => { window.looked = true; dispatchEvent(new Event('visibilitychange')); }"


def test_a_customer_who_writes_after_an_answer_is_not_overlooked(maya: Console, desk: Desk) -> None:
    customer = visitor(desk)
    ticket = waiting(customer, *(f"My lamp hums, time {number}" for number in range(12)))
    maya.open(ticket).composer.fill("I look into it.")
    maya.send()
    expect(maya.transcript).to_contain_text("I look into it.", timeout=PATIENCE_MS)
    expect(maya.page.locator("#head .due")).to_contain_text("Solve by")
    newest = maya.button("New message")
    customer.say("First, thank you")
    expect(maya.transcript).to_contain_text("First, thank you", timeout=PATIENCE_MS)
    expect(newest).to_be_hidden()
    maya.transcript.evaluate("node => node.scrollTo(0, 0)")
    maya.page.evaluate(HIDE)
    customer.say("Are you still there?")
    expect(newest).to_be_visible(timeout=PATIENCE_MS)
    expect(maya.page).to_have_title("(1) My lamp hums, time 0 · Fernwick Home desk")
    expect(maya.page.locator("#head")).to_contain_text("Customer wrote")
    expect(maya.page.locator("#head .due")).to_contain_text("Reply by")
    maya.page.evaluate(LOOK)
    expect(maya.page).to_have_title("My lamp hums, time 0 · Fernwick Home desk")
    newest.click()
    expect(newest).to_be_hidden()
    expect(maya.transcript.get_by_text("Are you still there?")).to_be_in_viewport()
    expect(maya.find(ticket)).to_contain_text("Customer wrote")
    expect(maya.line(ticket)).to_contain_text("Reply by")


def test_what_was_searched_and_chosen_is_there_again_after_a_ticket(maya: Console, desk: Desk) -> None:
    page = maya.sign_in().page
    mine, other = (waiting(visitor(desk), f"The {what} lamp hums") for what in ("walrus", "puffin"))
    team = page.get_by_label("Team")
    page.get_by_role("searchbox").fill("walrus")
    expect(maya.line(other)).to_have_count(0, timeout=PATIENCE_MS)
    expect(page).to_have_url(f"{desk.url}/console?q=walrus&show=open")
    maya.line(mine).get_by_role("link").click()
    expect(page.locator("#head h1")).to_contain_text("walrus")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("walrus")
    expect(maya.line(mine)).to_be_visible()
    expect(maya.line(other)).to_have_count(0)
    page.get_by_role("searchbox").fill("")
    team.select_option("Privacy")
    expect(maya.line(mine)).to_have_count(0, timeout=PATIENCE_MS)
    page.goto(f"{desk.url}/console/tickets/{mine}")
    page.go_back()
    expect(page).to_have_url(f"{desk.url}/console?team=privacy&show=open")
    expect(team).to_have_value("privacy")
    expect(maya.line(mine)).to_have_count(0)


def test_a_number_finds_its_ticket_and_both_pages_name_number_and_customer(maya: Console, desk: Desk) -> None:
    ticket = waiting(visitor(desk, identity=identity("walter")), "My lamp hums")
    maya.sign_in()
    maya.page.get_by_role("searchbox").fill(f"#{ticket[:8]}")
    expect(maya.page.locator(".line")).to_have_count(1, timeout=PATIENCE_MS)
    expect(maya.line(ticket)).to_contain_text(f"#{ticket[:8]} Walter")
    maya.open(ticket)
    expect(maya.page.locator("#head")).to_contain_text(f"#{ticket[:8]} Walter")


def test_a_phone_shows_who_has_a_ticket_and_the_bar_for_what_is_selected(new_page: PageMaker, desk: Desk) -> None:
    tickets = [waiting(visitor(desk), f"The lamp hums, says customer {number}") for number in range(6)]
    for width in (390, 800):
        page = new_page(viewport={"width": width, "height": 600}, bypass_csp=True)
        console = Console(page, desk.url).sign_in()
        last = page.locator(".line").last
        expect(last.locator(".who")).to_be_visible()
        assert len(tickets) <= page.locator(".line .who:visible").count() == page.locator(".line").count()
        last.get_by_role("checkbox").check()
        last.scroll_into_view_if_needed()
        assert page.evaluate("scrollY") > 0
        expect(console.button("Assign")).to_be_in_viewport()
        looks_right(page)


def test_what_is_looked_at_often_is_kept_under_a_name(maya: Console, desk: Desk) -> None:
    page = maya.sign_in().page
    mine, other = (waiting(visitor(desk), f"The {what} lamp hums") for what in ("gannet", "curlew"))
    saved, button = page.get_by_role("navigation", name="Saved views"), page.locator("#view-button")
    page.get_by_role("searchbox").fill("gannet ")
    button.click(timeout=PATIENCE_MS)
    looks_right(page)
    page.get_by_label("Name").fill("Gannets")
    page.keyboard.press("Enter")
    expect(button).to_have_text("Change this view", timeout=PATIENCE_MS)
    expect(button).to_be_focused()
    page.goto(f"{desk.url}/console")
    saved.get_by_role("link", name="Gannets").click()
    expect(saved.get_by_role("link", name="Gannets")).to_have_attribute("aria-current", "page")
    expect(maya.line(mine)).to_be_visible()
    expect(maya.line(other)).to_have_count(0)
    button.click()
    maya.button("Delete this view").click()
    expect(button).to_have_text("Save this view", timeout=PATIENCE_MS)
    expect(saved).to_have_count(0)
