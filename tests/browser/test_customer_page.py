"""A search in the queue leads to the customer: the record, and all they had with us over every channel, as text."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import insert

from bot.channels import mail_threads
from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.customers.identity import Identity
from bot.handoff.hand_off import hand_off
from bot.storage import clock
from bot.storage.care_tables import promises, surveys
from tests.browser.axe import TOO_WIDE, WIDTHS, violations, violations_in_light_and_dark
from tests.browser.conftest import PageMaker
from tests.browser.console import Console
from tests.browser.desk import Desk, signed_in
from tests.conftest import PACKET

SHOTS = os.environ.get("CUSTOMER_SHOTS")
NAME = "Wanda <img src=x> Sørensen"


def _mailed(desk: Desk) -> str:
    """A customer of whom the website never spoke, whose mail is a complaint, with a promise and a rating."""
    told = Identity("w-4711", NAME, "wanda@shop.example", region="uk", plan="plus", language="en", tier="vip")
    with desk.transaction() as tx:
        records.upsert(tx, told)
        thread = mail_threads.open_thread(tx, told.email, "Lamp", "en", Proof.ANSWERED)
        ticket = hand_off(tx, thread.conversation_id, replace(PACKET, goal="My lamp flickers since Monday"))
    with signed_in(desk.url) as agent:
        agent.post(f"/v1/tickets/{ticket.id}/complaint", {})
        maya = agent.client.get("/v1/session").json()["account"]["id"]
    now, later = clock.now(), clock.after(clock.now(), 3600)
    promised = {"id": f"p-{ticket.id}", "ticket_id": ticket.id, "conversation_id": thread.conversation_id}
    promised |= {"message_id": 1, "kind": "call", "sentence": "We will call you.", "reason": "", "status": "open"}
    promised |= {"owner": maya, "made_by": maya, "made_at": now, "warn_at": later, "due_at": later}
    with desk.transaction() as tx:
        tx.execute(insert(promises).values(**promised))
        asked = {"episode": ticket.id, "conversation_id": thread.conversation_id, "ticket_id": ticket.id}
        asked |= {"person": told.email, "language": "en", "questions": "csat nps", "asked_at": now}
        tx.execute(insert(surveys).values(asked | {"csat": 2, "nps": 0, "missing": "w" * 200, "answered_at": now}))
    return ticket.id


def test_a_search_leads_to_the_customer_and_all_they_had_with_us(new_page: PageMaker, desk: Desk) -> None:
    ticket = _mailed(desk)
    page = new_page(bypass_csp=True)
    console = Console(page, desk.url).let_in()
    page.goto(f"{desk.url}/console")
    page.get_by_role("searchbox").fill("wanda 4711")
    found = page.get_by_role("region", name="Customers")
    expect(found).to_be_visible()
    assert violations(page) == []
    _shot(page, "found")
    found.get_by_role("link", name=NAME).click()
    main = page.get_by_role("main")
    told = ("w-4711", "Proven by mail", "UK", "Plus", "VIP", "We will call you.", "2 of 5", "0 of 10", "Received")
    for shown in (NAME, *told):
        expect(main).to_contain_text(shown)
    expect(page.get_by_role("list", name="Open tickets").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("list", name="So far")).to_contain_text("My lamp flickers since Monday")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 860})
        assert violations_in_light_and_dark(page) == []
        assert not page.evaluate(TOO_WIDE)
        _shot(page, str(width))
    page.get_by_role("list", name="Open tickets").get_by_role("link").click()
    console.live()
    expect(page.locator("#packet")).to_contain_text("Proven by mail")
    expect(page).to_have_url(f"{desk.url}/console/tickets/{ticket}")
    _shot(page, "ticket")
    page.locator("#packet").get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"customer_{name}.png"), full_page=True)
