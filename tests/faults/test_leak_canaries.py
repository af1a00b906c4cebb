"""Promise 1: nothing internal, no note of the desk and no word of another customer reaches anybody outside, whichever
way they ask. Refuses a pass without its controls: staff find the canaries by the same questions, and where visibility
is left to nobody the same visitor hears them.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from bot.access import Viewer
from bot.channels.mail_worker import send_due
from bot.channels.receive import receive
from bot.privacy.export import export
from bot.privacy.person import find
from bot.retrieval import visible
from bot.storage import clock
from kb_ingest import build as building
from tests.faults.canaries import CANARY, fished, write_base
from tests.identity_tokens import AUDIENCE, CUSTOMER, KEY, good
from tests.mail_servers import MailServers, mail_servers
from tests.served import Served, Visitor, encoder, serving, stream

SHORT, FULL = 30, 2400
REGIONS = ("us", "uk", "eu")
BEFORE = "How do I factory reset Hub 2?"


@dataclass
class Siege:
    """A service over planted articles, where another customer and the desk said things with canaries, too."""

    served: Served
    servers: MailServers
    texts: list[str]
    asked: Counter[str] = field(default_factory=Counter)
    leaks: list[tuple[str, str, str]] = field(default_factory=list)

    def heard(self, path: str, text: str, told: str) -> None:
        """What somebody outside is told on one path; a canary in it is a leak."""
        self.asked[path] += 1
        if found := CANARY.search(told):
            self.leaks.append((path, text, told[max(found.start() - 80, 0) : found.end() + 80]))

    def search(self, nobody: httpx2.Client, text: str) -> None:
        self.heard("search", text, nobody.post("/v1/search", json={"query": text, "k": 20}).text)

    def portal(self, nobody: httpx2.Client, text: str) -> None:
        self.heard("portal", text, nobody.get("/help/search", params={"q": text}).text)

    def chat(self, _nobody: httpx2.Client, text: str) -> None:
        """A visitor's, by turns one of whom nothing is known and one whom the website vouches for; then a person."""
        known = {} if self.asked["chat"] % 4 else {"identity": good(time.time())}
        visitor = self.served.visitor(region=REGIONS[self.asked["chat"] % 3], resume=False, **known)
        self.heard("starters", text, str(visitor.opened))
        if self.asked["chat"] % 5 == 0:
            visitor.say(BEFORE)
        self.heard("chat", text, visitor.say(text).text)
        handed = self.asked["chat"] % 3 == 0
        if handed:
            self.heard("packet", text, str(visitor.hand_off(text)))
        self.heard("transcript", text, visitor.client.get(visitor.path).text)
        if handed:
            self.heard("events", text, _events(visitor))
            with self.served.database.snapshot() as tx:
                self.heard("export", text, export(tx, find(tx, who := CUSTOMER if known else visitor.id), who).text)

    def mail(self, _nobody: httpx2.Client, text: str) -> None:
        """What a stranger is written for a mail that asks."""
        sender, mail = f"eve.{secrets.token_hex(6)}@customer.example", EmailMessage()
        mail["From"], mail["Message-ID"] = sender, f"<{secrets.token_hex(8)}@customer.example>"
        mail.set_content(text)
        desk = self.served.app.state.service.mail.desk
        receive(desk, mail.as_bytes())
        while send_due(desk, clock.now()).delivered:
            pass
        letters = [letter for letter in self.servers.post.letters() if letter["To"] == sender]
        for letter in letters:
            body = letter.get_body(("plain",))
            assert body is not None
            self.heard("mail", text, f"{letter['Subject']} {body.get_content()}")


def _events(visitor: Visitor) -> str:
    """The visitor's stream from its beginning to what was said last."""
    said, told = visitor.say("That is all.").json()["message"]["id"], list[str]()
    with stream(visitor.client, f"{visitor.path}/events", **{"Last-Event-ID": "0"}) as events:
        for event in events:
            told.append(str(event.data))
            if event.kind == "message" and event.data["id"] == said:
                break
    return "\n".join(told)


@pytest.fixture(scope="module", params=[SHORT, pytest.param(FULL, marks=pytest.mark.full)])
def siege(
    request: pytest.FixtureRequest, small_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Siege]:
    folder, amount = tmp_path_factory.mktemp("canaries"), request.param
    said = write_base(folder / "kb", every_internal=amount == FULL)
    shutil.copytree(small_index.parent, folder, dirs_exist_ok=True)  # most vectors are there already
    building.build([folder / "kb"], folder / "index", encoder())
    keys = {"identity_keys": KEY, "identity_audience": AUDIENCE}
    with (
        mail_servers(folder / "pymap.log") as servers,
        serving(folder / "index", folder / "data", **keys, **servers.settings) as served,
    ):
        yield Siege(served, servers, fished(said, amount))


@pytest.mark.timeout(3600)
def test_no_canary_reaches_anybody_outside(siege: Siege) -> None:
    _another_customer(siege.served)
    ways: tuple[tuple[int, Callable[[httpx2.Client, str], None]], ...] = (
        (1, siege.search), (1, siege.portal), (2, siege.chat), (5, siege.mail),
    )  # fmt: skip
    with siege.served.client() as nobody:
        for number, text in enumerate(siege.texts):
            for every, ask in ways:
                if number % every == 0:
                    ask(nobody, text)
    _addresses(siege)
    total = sum(siege.asked.values())
    print(f"{total} queries by {len(siege.texts)} questions ({dict(siege.asked)}): {len(siege.leaks)} canaries")
    assert siege.leaks == []
    assert len(siege.asked) == 11


def _another_customer(served: Served) -> None:
    """Somebody whose words, whose file of notes and whose ticket hold canaries."""
    other, agent = served.visitor(), served.staff().client
    other.say("zq0x1 is my door code")
    ticket = other.hand_off("zq0x2 is what I told nobody else")["ticket"]["id"]
    assert agent.post(f"/v1/tickets/{ticket}/notes", json={"text": "zq0x3 sounds like a fraud"}).is_success
    assert agent.post(f"/v1/tickets/{ticket}/reply", json={"text": "zq0x4 is your new code."}).is_success


def _addresses(siege: Siege) -> None:
    """Every address of each internal article, of each ticket and conversation, as nobody and as another visitor."""
    served, eve = siege.served, siege.served.visitor()
    index = served.app.state.service.assistant.live.current()
    internal = [article for article in index.articles.values() if CANARY.search(article.title)]
    desk = served.staff().client
    tickets = desk.get("/v1/tickets").json()["tickets"]
    for client in (served.client(), eve.client):
        for path in ("/help", "/help/sitemap.xml", "/help/a/hub-offline", "/metrics", "/readyz", "/openapi.json"):
            siege.heard("pages", path, client.get(path).text)
        for one in internal:
            for path in (f"/v1/articles/{one.id}", f"/v1/articles/{one.id}?version={one.version}",
                         f"/help/a/{one.id}?version={one.version}", f"/console/articles/{one.id}"):  # fmt: skip
                siege.heard("errors", path, client.get(path).text)
        for ticket in tickets[:20]:
            of, talk = f"/v1/tickets/{ticket['id']}", f"/v1/conversations/{ticket['conversation_id']}"
            for path in (of, f"{of}/notes", f"{of}/suggestions", f"{of}/history", talk, f"{talk}/events"):
                answer = client.get(path)
                assert answer.status_code in (401, 403, 404), path
                siege.heard("errors", path, answer.text)


def test_staff_find_the_canaries_by_the_same_questions(siege: Siege) -> None:
    """Positive control: the questions do lead to them."""
    desk, texts = siege.served.staff().client, siege.texts[:40]
    found = [CANARY.search(desk.post("/v1/search", json={"query": text, "k": 5}).text) for text in texts]
    assert sum(map(bool, found)) >= 0.9 * len(texts)


def test_where_every_reader_may_see_everything_the_visitor_hears_them(
    siege: Siege, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: what keeps the canaries in is visibility, and the harness sees them where it is off."""
    monkeypatch.setattr(Viewer, "may_see", lambda *_: True)
    monkeypatch.setattr(visible, "_masks", type(visible._masks)())
    open_door = Siege(siege.served, siege.servers, siege.texts[:6])
    with siege.served.client() as nobody:
        for text in open_door.texts:
            for ask in (open_door.search, open_door.chat, open_door.mail):
                ask(nobody, text)
    assert {path for path, _, _ in open_door.leaks} >= {"search", "chat", "transcript"}
