"""Promise 4: thousands of hostile texts in every field that reaches the desk or comes back from it, in Chromium.

Nothing runs, nothing is made of them, nothing is asked of anybody else; a page that takes text for markup is caught.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, expect
from sqlalchemy import Connection, insert

from bot.access import Role
from bot.assist import record
from bot.assist.record import Proposal
from bot.conversation import attachments, conversations, messages
from bot.conversation.attachment_kinds import PNG
from bot.conversation.attachments import Received
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts, notes, notices, tags, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import Fact, FactKind
from bot.storage import clock
from bot.storage.care_tables import surveys
from bot.storage.clean_text import storable
from kb_ingest.article import Visibility
from tests.browser.conftest import PATIENCE_MS, PageMaker
from tests.browser.console import Console
from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.browser.widget import Widget
from tests.browser.xss import every
from tests.conftest import PACKET

ALL = every() + PAYLOADS
SLICE = ALL[::240]
A_PAGE = 25
"""Texts in one transcript, and tickets whose parts are loaded before the page is looked at."""
QUEUE_PAGE = 50
A_CHAT = 300
"""Texts in one conversation of the widget, each in four messages."""
ALWAYS = ("head", "packet")
ONE_IN_A_PAGE = ("transcript", "suggestions", "notes", "history")
TYPED = "script,img,iframe,frame,object,embed,style,link,math,base,svg,video,audio,marquee,meta,template,slot,frameset"
HANDLERS = ",".join(f"[on{name}]" for name in ("error", "load", "click", "focus", "toggle", "start", "begin", "close"))
ACTING = f"{TYPED},{HANDLERS},[srcdoc],[formaction],[autofocus],[contenteditable],[href^='javascript:' i]"
# Made in `main`, before it or after it: the pages' own things there are counted once, on a harmless ticket.
COUNT = "(place) => document.querySelectorAll(`${place} :is(" + ACTING + ")`).length"
RAN = "() => Object.keys(top).filter((name) => /^x\\d+$/.test(name)).concat(top.hacked ? ['hacked'] : [])"
WATCH = """() => {
  top.broke = [];
  addEventListener('securitypolicyviolation', (event) => top.broke.push(event.violatedDirective));
}"""
# As the pages renew their parts: htmx fetches them and puts them in.
LOAD = """async (addresses) => {
  const box = document.createElement('div');
  box.id = 'loaded';
  document.querySelector('main').append(box);
  for (const address of addresses) {
    const place = document.createElement('div');
    box.append(place);
    await htmx.ajax('GET', address, { target: place, swap: 'innerHTML' });
  }
  return box.children.length - [...box.children].filter((place) => !place.childNodes.length).length;
}"""
# What must be caught: the text as a page of its own, and as a part of one.
UNSAFE = """(text) => {
  const frame = document.createElement('iframe');
  frame.srcdoc = `<!doctype html><main>${text}</main>`;
  document.body.append(frame);
  const place = document.createElement('div');
  document.querySelector('main').append(place);
  if (!text.includes('http-equiv')) place.innerHTML = text; // else this page would be gone
}"""


@dataclass
class Watched:
    """What a browser context did that it must not: dialogs, requests to others, policy violations said aloud."""

    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, allowed: str) -> Watched:
        def asked(request: Request) -> None:
            if not request.url.startswith((f"{allowed}/", "data:", "blob:", "about:")):
                self.requests.append(request.url)

        context.on("request", asked)
        context.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        context.on("console", lambda message: self.said.append(message.text) if "Policy" in message.text else None)
        return self

    def clean(self) -> bool:
        return not (self.dialogs or self.requests or self.said)


@dataclass(frozen=True)
class Planted:
    """A ticket full of one text in the fields that are there once, of several where there may be many."""

    id: str
    conversation_id: str


def _plant(tx: Connection, text: str, several: Sequence[str], account: Account) -> Planted:
    told = Identity(f"{text}{secrets.token_hex(4)}", text, text, text[:20], text[:20], "en")
    customer = records.upsert(tx, told)
    opened = conversations.open_conversation(
        tx, site=storable(text), language="en", region=storable(text), plan=storable(text), customer_id=customer.id
    )
    packet = replace(
        PACKET,
        goal=storable(text),
        facts=tuple(Fact(FactKind.ORDER, storable(each), 0) for each in (text, *several)),
        missing=storable(text),
        risks=(storable(text),),
        next_steps=tuple(storable(each) for each in several),
        draft_reply=storable(text),
        target=replace(PACKET.target, told_customer=storable(text), team=storable(text)[:60]),
    )
    ticket = hand_off(tx, opened.conversation.id, packet)
    row = {"episode": ticket.id, "ticket_id": ticket.id, "conversation_id": ticket.conversation_id, "csat": 1}
    row |= {"person": "", "language": "en", "questions": "csat", "asked_at": clock.now(), "answered_at": clock.now()}
    row |= {"missing": storable(text)}
    tx.execute(insert(surveys).values(row))
    for each in several:
        _say(tx, opened.conversation.id, ticket.id, each, account)
    return Planted(ticket.id, opened.conversation.id)


def _say(tx: Connection, conversation_id: str, ticket_id: str, text: str, account: Account) -> None:
    said = messages.append(tx, conversation_id, Speaker.CUSTOMER, text).message
    messages.append(tx, conversation_id, Speaker.AGENT, text, author=storable(text))
    name = storable(text)
    sent = Received(name, PNG, 1, "0" * 64)
    attachments.append(tx, conversation_id, Speaker.CUSTOMER, sent)
    notes.add(tx, ticket_id, account, text)
    notices.worked(tx, tickets.load(tx, ticket_id), name, Work.TAGGED, name)
    proposal = Proposal(name, name, name, name, 0, 9, "0" * 12, Visibility.INTERNAL, 0.5)
    with_others = [one.proposal for one in record.current(tx, conversation_id)]
    record.store(tx, conversation_id, said.id, [*with_others, proposal], ticket_id)


def _planted(desk: Desk, texts: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> list[Planted]:
    monkeypatch.setattr(attachments, "MOST_FILES", len(texts) + 1)
    found: list[Planted] = []
    with desk.transaction() as tx:
        email = f"{secrets.token_hex(4)}@example.com"
        account = accounts.add(tx, email, texts[-1], Role.AGENT, "a long enough password")
        for at, text in enumerate(texts):
            several = texts[at : at + A_PAGE] if at % A_PAGE == 0 else ()
            found.append(_plant(tx, text, several, account))
    return found


def _ran(place: Page | Frame) -> list[str]:
    names: list[str] = place.evaluate(RAN)
    return names


def _made(place: Page | Frame, where: str) -> int:
    return int(place.evaluate(COUNT, where))


def _console_holds(console: Console, planted: Sequence[Planted], texts: Sequence[str]) -> None:
    page = console.page
    page.evaluate(WATCH)
    own = _made(page, "main")
    for start in range(0, len(planted), A_PAGE):
        part = planted[start : start + A_PAGE]
        addresses = [f"/console/tickets/{one.id}/{name}" for one in part for name in ALWAYS]
        addresses += [f"/console/tickets/{part[0].id}/{name}" for name in ONE_IN_A_PAGE]
        assert page.evaluate(LOAD, addresses) == len(addresses)
        page.wait_for_timeout(20)  # what was made would run or be asked for now
        assert (_made(page, "main"), _ran(page), page.evaluate("top.broke")) == (own, [], []), texts[start]
        shown = " ".join(page.locator("#loaded").inner_text().split())
        for text in texts[start : start + A_PAGE]:
            assert " ".join(storable(text).split()) in shown
        page.evaluate("document.getElementById('loaded').remove()")


def _queue_holds(console: Console, texts: Sequence[str]) -> None:
    page = console.page
    seen: set[str] = set()
    for number in range(1, -(-len(texts) // QUEUE_PAGE) + 3):
        page.goto(f"{console.url}/console?page={number}")
        assert (_made(page, "main .lines"), _ran(page)) == (0, []), number
        seen |= {" ".join(goal.split()) for goal in page.locator(".line .goal").all_inner_texts()}
    assert {" ".join(storable(text).split()) for text in texts} <= seen


def _widget_holds(desk: Desk, page: Page, texts: Sequence[str]) -> None:
    """Everything as said by the customer, by a person of that name, and as the name of a file."""
    widget = Widget.in_shop(page, desk.url)
    conversation = widget.identifiers[0]
    with desk.transaction() as tx:
        for text in texts:
            messages.append(tx, conversation, Speaker.CUSTOMER, text)
            messages.append(tx, conversation, Speaker.AGENT, text, author=storable(text))
            messages.append(tx, conversation, Speaker.SYSTEM, text)
            received = Received(storable(text), PNG, 1, "0" * 64)
            attachments.append(tx, conversation, Speaker.AGENT, received, author="Maya")
    page.reload()
    expect(widget.mine.first).to_be_visible()
    earlier = widget.button("Show earlier messages")  # only the last part of a long talk is drawn at first
    while earlier.is_visible():
        earlier.dispatch_event("click")  # to scroll to it draws a part as well, and it moves away
    widget.greeted()
    expect(widget.mine).to_have_count(len(texts), timeout=4 * PATIENCE_MS)
    page.wait_for_timeout(500)
    acting = ACTING.replace("svg,", "")  # the widget's own pictures are SVG, made of paths alone
    made = widget.frame.evaluate(COUNT.replace(ACTING, acting), "#log")
    assert (made, _ran(page), widget.frame.locator("#log svg :not(path)").count()) == (0, [], 0)
    shown = " ".join(widget.log.inner_text().split())
    for text in texts:
        assert " ".join(storable(text).split()) in shown


def _hold(chromium: Browser, new_page: PageMaker, desk: Desk, texts: Sequence[str], patch: pytest.MonkeyPatch) -> None:
    page = new_page()
    watched = Watched().watch(page.context, desk.url)
    planted = _planted(desk, texts, patch)
    console = Console(page, desk.url).sign_in()
    _queue_holds(console, texts)
    console.open(planted[-1].id)
    assert _ran(page) == []
    _console_holds(console, planted, texts)
    for start in range(0, len(texts), A_CHAT):
        other = new_page()
        watched.watch(other.context, desk.url)
        _widget_holds(desk, other, texts[start : start + A_CHAT])
        other.context.close()
    print(f"{len(texts)} texts, {len(planted)} tickets: {watched}")
    assert watched.clean(), watched
    _away(desk, planted)


def _away(desk: Desk, planted: Sequence[Planted]) -> None:
    """The queue is other tests' too."""
    with desk.transaction() as tx:
        account = accounts.every(tx)[0]
        for one in planted:
            tickets.resolve(tx, one.id, account)


pytestmark = pytest.mark.timeout(600)


def test_hostile_texts_stay_texts_in_every_field(
    chromium: Browser, new_page: PageMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(chromium, new_page, desk, SLICE, monkeypatch)


@pytest.mark.full
@pytest.mark.timeout(2400)
def test_all_hostile_texts_stay_texts_in_every_field(
    chromium: Browser, new_page: PageMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(chromium, new_page, desk, ALL, monkeypatch)


def test_there_are_enough_and_they_differ() -> None:
    assert len(set(ALL)) == len(ALL) >= 2_300


def test_no_hostile_text_can_be_a_tag() -> None:
    for text in ALL:
        try:
            kept = tags.written(text)
        except BadRequest:
            continue
        assert kept.replace("-", "").replace("_", "").isalnum(), text


def test_a_page_that_takes_text_for_markup_is_caught(chromium: Browser, desk: Desk) -> None:
    """Negative control: the same texts, the same watching, a page without escaping and without a policy."""
    context = chromium.new_context()
    watched = Watched().watch(context, desk.url)
    context.route("https://evil.example/**", lambda route: route.abort())
    page = context.new_page()
    page.route(f"{desk.url}/unsafe", lambda route: route.fulfill(content_type="text/html", body="<main></main>"))
    page.goto(f"{desk.url}/unsafe")
    for text in (some := ALL[::9]):
        page.evaluate(UNSAFE, text)
    page.wait_for_timeout(1500)
    ran, made = _ran(page), _made(page, "main")
    print(f"unsafe page: of {len(some)} {len(ran)} ran, {made} things made, {len(watched.requests)} requests to others")
    assert len(ran) > 40
    assert made > 100
    assert len(watched.requests) > 40
    assert not watched.clean()
    context.close()
