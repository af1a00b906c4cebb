"""The e-mail side of a ticket in the console: what there is to know, as text, for everybody who can use the page."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from bot.channels import mail_threads, mails, undelivered
from bot.channels.mail_body import Attachment
from bot.channels.mails import Direction, Standing
from bot.conversation import messages
from bot.conversation.mail_proof import Proof
from bot.conversation.utterance import Speaker
from bot.handoff.hand_off import hand_off
from bot.storage import clock
from tests.browser.axe import TOO_WIDE, WIDTHS, violations_in_light_and_dark
from tests.browser.conftest import PageMaker
from tests.browser.console import Console
from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.conftest import PACKET

SHOTS = os.environ.get("MAIL_SHOTS")
MADE = "#mail :is(script, img, iframe, object, embed, form, style, link, math, base, svg, video, audio, marquee)"


def _ticket(desk: Desk, subject: str, text: str, files: tuple[str, ...]) -> str:
    """A ticket that began with a mail, whose acknowledgement did not arrive and whose answer was withheld."""
    with desk.transaction() as tx:
        thread = mail_threads.open_thread(tx, "anna@customer.example", subject, "en", Proof.CLAIMED)
        conversation = thread.conversation_id
        listed = tuple(Attachment(name, "image/png", 40_200, False) for name in files)
        came = mails.arrive(tx, conversation, "<1@customer.example>", thread.address)
        kept = mails.keep(tx, came, conversation, subject, text, listed)
        said = messages.append(tx, conversation, Speaker.CUSTOMER, text[:3000]).message
        mails.settle(tx, kept, Standing.HANDLED, "", said.id)
        packet = replace(PACKET, goal=text[:200])
        ticket = hand_off(tx, conversation, packet)
        sent = replace(kept, mail_id="<o>", direction=Direction.OUT, attachments=(), full_text="", automated=True)
        for number, standing in enumerate((Standing.SENT, Standing.WITHHELD)):
            one = replace(sent, key=f"{conversation}{number}", standing=standing, created_at=clock.now())
            stored = mails.add_outgoing(tx, one)
            if standing is Standing.SENT:
                undelivered.bounced(tx, stored, "5.1.1")
    return ticket.id


def test_the_ticket_shows_channel_subject_files_and_what_did_not_arrive(new_page: PageMaker, desk: Desk) -> None:
    ticket = _ticket(desk, "Lamp", "My lamp is broken.\n\n> quoted\n\n-- \nAnna", ("lamp.png",))
    console = Console(new_page(), desk.url).let_in().open(ticket)
    side = console.page.locator("#mail")
    for shown in ("Channel", "E-mail", "anna@customer.example", "Not proven", "Lamp", "lamp.png", "image/png, 40 kB"):
        expect(side).to_contain_text(shown)
    expect(side).to_contain_text("Did not arrive")
    expect(side).to_contain_text("5.1.1")
    expect(side).to_contain_text("Not sent")
    expect(side.get_by_text("> quoted")).to_be_hidden()
    side.get_by_text("Whole text of the mail").click()
    expect(side.get_by_text("> quoted")).to_be_visible()
    expect(console.page.locator("#standing")).to_contain_text("mail-bounced")


def test_hostile_mails_are_text(new_page: PageMaker, desk: Desk) -> None:
    page = new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    ticket = _ticket(desk, " ".join(PAYLOADS)[:2000], "\n".join(PAYLOADS), PAYLOADS[:50])
    Console(page, desk.url).let_in().open(ticket)
    page.locator("#mail summary").first.click()
    shown = " ".join(page.locator("#mail").inner_text().split())
    for payload in PAYLOADS:
        assert " ".join(payload.split()) in shown
    assert page.evaluate("window.hacked") is None
    expect(page.locator(MADE)).to_have_count(0)
    assert dialogs == []


def test_axe_finds_no_violation_and_nothing_is_cut_off(new_page: PageMaker, desk: Desk) -> None:
    ticket = _ticket(desk, "Lamp " + "w" * 120, "My lamp is broken.\n" + "x" * 300, ("a" * 140 + ".png", "b.pdf"))
    page = new_page(bypass_csp=True)
    Console(page, desk.url).let_in().open(ticket)
    page.locator("#mail summary").first.click()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 860})
        assert violations_in_light_and_dark(page) == []
        assert not page.evaluate(TOO_WIDE)
        _shot(page, f"{width}")


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.locator("#mail").scroll_into_view_if_needed()
        page.screenshot(path=str(Path(SHOTS) / f"mail_{name}.png"))
