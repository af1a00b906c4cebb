"""Owns driving the console as somebody of the desk does. Refuses to call the service behind the page's back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from playwright.sync_api import Locator, Page, Route, expect

from bot.api.callers import PLAIN_COOKIE
from tests.browser.desk import AGENT_EMAIL, AGENT_PASSWORD, Desk
from tests.loopback import NO_TLS
from tests.served import Event, Visitor, stream

PATIENCE_MS = 30_000
SIGN_IN_TRIES = 4
SESSIONS: dict[tuple[str, str], Any] = {}
"""Cookies by service and account: the tests share accounts, and the service slows who signs in again and again."""


@dataclass(frozen=True)
class Console:
    """The console in one tab."""

    page: Page
    url: str

    def sign_in(self, email: str = AGENT_EMAIL, password: str = AGENT_PASSWORD) -> Console:
        """Signed in, on the queue."""
        self.arrive("/console", email, password)
        return self.live()

    def let_in(self, email: str = AGENT_EMAIL, password: str = AGENT_PASSWORD) -> Console:
        """Signed in, on no page yet; on the queue where no earlier test has a session that still counts."""
        self.page.context.add_cookies(SESSIONS.get((self.url, email), []))
        known = self.page.request.get(f"{self.url}/v1/session").ok
        return self if known else self.sign_in(email, password)

    def arrive(self, path: str, email: str, password: str) -> None:
        """On this page, with the session that an earlier test gave the account, else by the form. Told that there were
        too many sign-ins, wait as told."""
        self.page.context.add_cookies(SESSIONS.get((self.url, email), []))
        self.page.goto(f"{self.url}{path}")
        told = self.page.get_by_role("alert").filter(has_text="too many sign-ins")
        inside = self.page.locator("#sign-out")
        for _ in range(SIGN_IN_TRIES):
            if inside.count():
                break
            self.submit(email, password)
            expect(inside.or_(told).first).to_be_attached(timeout=PATIENCE_MS)
            if told.count():
                seconds = re.search(r"(\d+) s", told.inner_text())
                self.page.wait_for_timeout(1000 * (int(seconds[1]) if seconds else 1) + 1000)
        expect(inside).to_be_attached(timeout=PATIENCE_MS)
        cookies = self.page.context.cookies(self.url)
        SESSIONS[self.url, email] = [cookie for cookie in cookies if cookie["name"] == PLAIN_COOKIE]

    def submit(self, email: str, password: str) -> None:
        """The form of the page that asks who it is."""
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def live(self) -> Console:
        expect(self.page.locator("#live")).to_have_text("Live", timeout=PATIENCE_MS)
        return self

    def open(self, ticket: str) -> Console:
        self.page.goto(f"{self.url}/console/tickets/{ticket}")
        return self.live()

    def line(self, ticket: str) -> Locator:
        return self.page.locator(f'[data-ticket="{ticket}"].line')

    def find(self, ticket: str) -> Locator:
        """Its line on the queue, by its number: where many wait, it would be on a later page."""
        self.page.goto(f"{self.url}/console?q=%23{ticket[:8]}")
        return self.line(ticket)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label("Your reply to the customer")

    @property
    def offers(self) -> Locator:
        return self.page.locator(".offer")

    @property
    def internal(self) -> Locator:
        return self.page.locator(".offer.internal").first

    @property
    def alert(self) -> Locator:
        return self.page.locator("#alert")

    @property
    def transcript(self) -> Locator:
        return self.page.locator("#transcript")

    def send(self) -> None:
        self.composer.press("Control+Enter")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


def visitor(desk: Desk, **given: Any) -> Visitor:
    """A customer with a new conversation, on the HTTP interface."""
    client = httpx2.Client(base_url=desk.url, verify=NO_TLS, trust_env=False, timeout=60)
    opened = client.post("/v1/conversations", json=given)
    assert opened.status_code == 201, opened.text
    body = opened.json()
    client.headers["Authorization"] = f"Bearer {body['token']}"
    return Visitor(client, body["id"], body["token"], body)


def waiting(customer: Visitor, *says: str) -> str:
    """Says it all, asks for a person; the ticket's id."""
    for text in says[:-1]:
        assert customer.say(text).status_code == 201
    return str(customer.hand_off(says[-1] if says else "")["ticket"]["id"])


@contextmanager
def still_coming(page: Page, address: str) -> Iterator[None]:
    """The page at `address` while its scripts are held back, but for the one that hears from the first."""
    held: list[Route] = []
    holding = True

    def scripts(route: Route) -> None:
        if holding and "early.js" not in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/console/static/*.js*", scripts)
    page.goto(address, wait_until="commit")
    page.get_by_role("heading", level=1).first.wait_for()
    yield
    assert held, "nothing was held back: the page listened all along"
    holding = False
    for route in held:
        route.continue_()


@contextmanager
def held_back(page: Page, path: str) -> Iterator[None]:
    """What the page asks for there is on its way until the block ends, which is not before it was asked for."""
    held: list[Route] = []
    page.route(path, lambda route: held.append(route))
    yield
    while not held:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.unroute(path)


@contextmanager
def listening(customer: Visitor) -> Iterator[Iterator[Event]]:
    """What the customer's page is told, from now on."""
    last = customer.read()["last_event_id"]
    with stream(customer.client, f"{customer.path}/events", **{"Last-Event-ID": str(last)}) as events:
        yield events
