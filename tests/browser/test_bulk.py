"""Several tickets at once: chosen by keyboard, what was refused is said for each and stays chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console, visitor, waiting
from tests.browser.desk import Agent, Desk


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_selection_is_tagged_assigned_and_resolved(
    new_page: PageMaker, desk: Desk, agent: Agent, width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    word = f"pangolin{width}"
    tickets = [waiting(visitor(desk), f"The {word} lamp {number} hums") for number in range(3)]
    console = Console(page, desk.url).sign_in()
    page.goto(f"{desk.url}/console?q={word}")
    console.live()
    bar = page.get_by_role("group", name="Selected tickets")
    expect(bar).to_be_hidden()
    for ticket in tickets:
        console.line(ticket).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
    expect(bar).to_contain_text("3 tickets selected")
    looks_right(page)
    page.set_viewport_size({"width": 820, "height": 900})
    looks_right(page)
    page.set_viewport_size({"width": width, "height": 900})

    bar.get_by_role("button", name="Tag").click()
    tag = page.get_by_role("dialog").get_by_label("Tag", exact=True)
    tag.fill("storm!")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("letters", timeout=PATIENCE_MS)
    expect(tag).to_have_value("storm!")
    tag.fill("storm")
    assert violations(page) == []
    page.keyboard.press("Enter")
    for ticket in tickets:
        expect(console.line(ticket).locator(".chip.tag")).to_contain_text("storm", timeout=PATIENCE_MS)
    expect(bar).to_be_hidden()

    # A colleague changes one while they are chosen and the page has not heard of it.
    for ticket in tickets:
        console.line(ticket).get_by_role("checkbox").check()
    page.route("**/console/lines*", lambda route: route.abort())
    late = agent.client.post(f"/v1/tickets/{tickets[1]}/tags", json={"tag": "late"})
    assert late.status_code == 200, late.text
    bar.get_by_role("button", name="Resolve").click()
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    doubts = page.locator("#bulk-doubts li")
    expect(doubts).to_have_count(2, timeout=PATIENCE_MS)  # nobody answered them
    expect(doubts.first).to_contain_text("No person has answered the customer yet.")
    assert violations(page) == []
    expect(console.alert).to_be_hidden()  # it would lie behind the dialog
    expect(console.button("Leave them as they are")).to_be_focused()
    console.button("Resolve all the same").click()
    expect(console.alert).to_contain_text("Resolved: 2 of 3.", timeout=PATIENCE_MS)
    expect(console.alert).to_contain_text(f"The {word} lamp 1 hums”: The ticket changed in the meantime")
    expect(bar).to_contain_text("1 ticket selected")
    page.unroute("**/console/lines*")
    agent.client.post(f"/v1/tickets/{tickets[1]}/notes", json={"text": "seen"})
    now = agent.client.get(f"/v1/tickets/{tickets[1]}").json()["version"]
    expect(page.locator(".line")).to_have_count(1, timeout=PATIENCE_MS)
    box = console.line(tickets[1]).get_by_role("checkbox")
    expect(box).to_have_attribute("data-version", str(now), timeout=PATIENCE_MS)
    expect(box).to_be_checked()
    console.button("Dismiss").click()
    bar.get_by_role("button", name="Assign").click()
    expect(console.line(tickets[1])).to_contain_text("You", timeout=PATIENCE_MS, use_inner_text=width > 1000)
    assert agent.client.get(f"/v1/tickets/{tickets[1]}").json()["status"] == "claimed"
    console.line(tickets[1]).get_by_role("checkbox").check()
    bar.get_by_role("button", name="Resolve").click()
    page.locator("#bulk-note").fill("Sent a new lamp.")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    console.button("Resolve all the same").click()
    expect(console.line(tickets[1])).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator("#bulk-note")).to_have_value("")  # the next ones are resolved for another reason
