"""Promise 4: thousands of hostile texts in every field that reaches the desk or comes back from it, in Chromium.

Nothing runs, nothing is made of them, nothing is asked of anybody else; a page that takes text for markup is caught.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Request, expect

from bot.api.callers import PLAIN_COOKIE
from bot.channels.letter_text import written
from bot.channels.mail_policy import read_mail_policy
from bot.conversation import attachments, messages
from bot.conversation.attachment_kinds import PNG
from bot.conversation.attachments import Received
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.desk import sessions, tags
from bot.desk.accounts import Account
from bot.errors import BadRequest
from bot.storage import clock
from bot.storage.clean_text import storable
from tests.browser.conftest import PATIENCE_MS, PageMaker
from tests.browser.console import Console
from tests.browser.desk import POLICIES, Desk
from tests.browser.payloads import PAYLOADS
from tests.browser.planted import A_PAGE, Planted, plant, take_away
from tests.browser.widget import Widget
from tests.browser.xss import every

ALL = every() + PAYLOADS
SLICE = ALL[::240]
QUEUE_PAGE = 50
A_CHAT = 300
"""Texts in one conversation of the widget, each in four messages."""
ONCE = ("head", "packet", "complaint", "mail")
SEVERAL = ("transcript", "suggestions", "notes", "history", "promises", "allowances")
ROOMS = ("/console", "/console/care", "/console/macros")
FEW = 100
"""So many stand in each room of the desk."""
Part = tuple[str, Sequence[str]]
"""An address, and the texts that what comes from it must show."""
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
# As the pages renew their parts: htmx fetches them and puts them in. What each says; null: it did not come.
LOAD = """async (addresses) => {
  const box = document.createElement('div');
  box.id = 'loaded';
  document.querySelector('main').append(box);
  for (const address of addresses) {
    const place = document.createElement('div');
    box.append(place);
    const select = address.startsWith('/console/tickets/') ? undefined : 'main'; // of a page of its own
    await htmx.ajax('GET', address, { target: place, swap: 'innerHTML', select });
  }
  return [...box.children].map((place) => place.childNodes.length ? place.textContent : null);
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


def _ran(place: Page | Frame) -> list[str]:
    names: list[str] = place.evaluate(RAN)
    return names


def _made(place: Page | Frame, where: str) -> int:
    return int(place.evaluate(COUNT, where))


def _console_holds(console: Console, planted: Sequence[Planted], texts: Sequence[str]) -> None:
    page = console.page
    page.evaluate(WATCH)
    rooms: list[Part] = [(address, texts if len(texts) < FEW else ()) for address in ROOMS]
    _parts_hold(page, [*rooms, ("/console/gaps", texts[:1])])
    for start in range(0, len(planted), A_PAGE):
        part, those = planted[start : start + A_PAGE], texts[start : start + A_PAGE]
        first, each = part[0], list(zip(part, those, strict=True))
        asked: list[Part] = [(f"/console/customers/{one.customer_id}", [text]) for one, text in each]
        asked += [(f"/console/tickets/{one.id}/{name}", [text]) for one, text in each for name in ONCE]
        asked += [(f"/console/tickets/{one}/history", [text]) for one, text in zip(first.merged, those, strict=True)]
        asked += [(f"/console/tickets/{first.merged[0]}/head", those[:1])]
        asked += [(f"/console/tickets/{first.id}/{name}", those) for name in SEVERAL]
        asked += [(f"/console/recall/chats/{first.conversation_id}", those)]
        asked += [(f"/console/gaps/{first.id}", ())]  # what could be a name is left out
        asked += [(f"/console/tickets/{first.id}/offered", ())]  # taken back meanwhile, perhaps: nobody is on duty
        _parts_hold(page, asked)


def _parts_hold(page: Page, asked: Sequence[Part]) -> None:
    shown = page.evaluate(LOAD, [address for address, _ in asked])
    page.wait_for_timeout(20)  # what was made would run or be asked for now
    made = _made(page, "#loaded")
    assert (made, _ran(page), page.evaluate("top.broke")) == (0, [], []), asked
    for (address, texts), content in zip(asked, shown, strict=True):
        assert content is not None or not texts, address
        said = _told(content or "", None)
        lacking = [text for text in texts if _told(text) not in said]
        assert not lacking, (address, lacking)
    page.evaluate("document.getElementById('loaded').remove()")


def _told(text: str, characters: int | None = 40) -> str:
    """Its first ones, without what pages change: spaces, capitals."""
    return "".join(storable(text).split()).casefold()[:characters]


def _queue_holds(console: Console, texts: Sequence[str]) -> None:
    page = console.page
    seen: set[str] = set()
    for number in range(1, -(-len(texts) // QUEUE_PAGE) + 3):
        page.goto(f"{console.url}/console?page={number}")
        assert (_made(page, "main .lines"), _ran(page)) == (0, []), number
        seen |= {" ".join(goal.split()) for goal in page.locator(".line .goal").all_inner_texts()}
    assert {" ".join(storable(text).split()) for text in texts} <= seen


def _mails_hold(page: Page, texts: Sequence[str]) -> None:
    """What of a mail is HTML, in a page without any policy; the texts also as the name of who writes."""
    said, words = "\n\n".join(storable(text) for text in texts), read_mail_policy(POLICIES).words("en")
    for role in (Speaker.AGENT, Speaker.BOT, Speaker.SYSTEM):
        message = Message(1, "c", None, role, said, said, None, clock.now())
        page.set_content(written(message, said, words, said).html)
        page.wait_for_timeout(20)
        assert (_made(page, "body"), _ran(page)) == (0, []), role


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
    patch.setattr(attachments, "MOST_FILES", len(texts) + 1)
    account, planted = plant(desk, texts)
    console = _as(desk, page, account)
    _queue_holds(console, texts)
    console.open(planted[-1].id)
    assert (_made(page, "#composer"), _ran(page)) == (0, [])
    assert _told(texts[0]) in _told(page.locator("#composer").inner_text(), None)  # a macro's name
    _console_holds(console, planted, texts)
    _mails_hold(page, texts)
    for start in range(0, len(texts), A_CHAT):
        other = new_page()
        watched.watch(other.context, desk.url)
        _widget_holds(desk, other, texts[start : start + A_CHAT])
        other.context.close()
    print(f"{len(texts)} texts, {len(planted)} tickets: {watched}")
    assert watched.clean(), watched
    take_away(desk, account, planted)


def _as(desk: Desk, page: Page, account: Account) -> Console:
    """Their session, as from the form."""
    with desk.transaction() as tx:
        started = sessions.start(tx, account, 1, clock.now())
    page.context.add_cookies([{"name": PLAIN_COOKIE, "value": started.token, "url": desk.url}])
    return Console(page, desk.url)


pytestmark = pytest.mark.timeout(600)


def test_hostile_texts_stay_texts_in_every_field(
    chromium: Browser, new_page: PageMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(chromium, new_page, desk, SLICE, monkeypatch)


@pytest.mark.full
@pytest.mark.timeout(3600)
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
