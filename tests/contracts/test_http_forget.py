"""After the receipt of an erasure no request cites the article, whoever took it out and whatever the load."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from bot.access import Role, Viewer
from bot.conversation.utterance import Speaker, Utterance
from bot.copilot.knowledge import Knowledge, look
from bot.publishing import manuscripts
from bot.retrieval.live_index import LiveIndex
from kb_ingest import build as building
from tests.contracts import manuscript_scene
from tests.patience import until
from tests.served import Served, serving

ARTICLE = "plans-us"
QUESTION = "What does the Plus plan cost in the United States?"
"""The article is pinned to it."""
THREADS = 4

Asked = Callable[[httpx2.Client], tuple[int, str]]
TakeOut = Callable[[Served, Path], Mapping[str, str]]
"""Takes the article out; what the receipt says of each place."""


@dataclass
class Load:
    """Requests of every kind, again and again, from THREADS callers at once."""

    served: Served
    kinds: dict[str, Asked]
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    def run(self, amount: int) -> None:
        """`amount` requests in this thread that began after the receipt; those before it only prove that they cite."""
        client = self.served.client()
        done = 0
        while done < amount:
            for kind, ask in self.kinds.items():
                gone = self.gone.is_set()
                status, text = ask(client)
                cites = ARTICLE in text and status != 404
                if not gone:
                    self.before[kind] += cites
                    continue
                done += 1
                self.after[kind] += 1
                if cites or status >= 500:
                    self.wrong.append(f"{kind}: {status} {text[:200]}")


@pytest.fixture
def scene(small_index: Path, tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    index = tmp_path / "index"
    shutil.copytree(small_index, index)
    with serving(index, tmp_path / "data") as served:
        yield served, index


def _kinds(served: Served, index: Path) -> dict[str, Asked]:
    agent = served.staff().client
    parts = served.app.state.service.assistant.responder
    copilot = Knowledge(LiveIndex(index), parts.encoder, parts.variants, parts.calibration, parts.small_talk)
    asked = {"context": [{"role": "customer", "text": QUESTION}]}

    def chat(client: httpx2.Client) -> httpx2.Response:
        opened = client.post("/v1/conversations", json={"region": "US"}).json()
        said = {"client_id": secrets.token_hex(8), "text": QUESTION}
        path = f"/v1/conversations/{opened['id']}/messages"
        return client.post(path, json=said, headers={"Authorization": f"Bearer {opened['token']}"})

    def by_http(ask: Callable[[httpx2.Client], httpx2.Response]) -> Asked:
        def told(client: httpx2.Client) -> tuple[int, str]:
            answer = ask(client)
            return answer.status_code, answer.text

        return told

    over_http = {
        "search": lambda client: client.post("/v1/search", json={"query": QUESTION, "k": 20}),
        "chat": chat,
        "suggestions": lambda _client: agent.post("/v1/suggest", json=asked),
        "page": lambda client: client.get(f"/help/a/{ARTICLE}"),
        "subject": lambda client: client.get("/help/c/billing"),
        "help search": lambda client: client.get("/help/search", params={"q": QUESTION}),
        "sitemap": lambda client: client.get("/help/sitemap.xml"),
        "article": lambda client: client.get(f"/v1/articles/{ARTICLE}"),
    }
    said = (Utterance(Speaker.CUSTOMER, QUESTION, 0),)
    in_copilot = {"copilot": lambda _client: (200, repr(look(copilot, said, Viewer(Role.AGENT))))}
    return {name: by_http(ask) for name, ask in over_http.items()} | in_copilot


def _offers(served: Served) -> Callable[[], str]:
    """What is offered beside a ticket that was opened before."""
    ticket = served.visitor(region="US").hand_off(QUESTION)["ticket"]["id"]
    agent = served.staff().client
    return lambda: agent.get(f"/v1/tickets/{ticket}/suggestions").text


def by_terminal(_served: Served, index: Path) -> Mapping[str, str]:
    receipt = building.forget(index, ARTICLE)
    (process,) = receipt.processes
    assert process.at is not None
    return {place.place: f"{place.removed} removed" for place in receipt.places}


def by_console(served: Served, _index: Path) -> Mapping[str, str]:
    manuscript_scene.taken_in(served)
    with served.database.snapshot() as tx:
        held = manuscripts.of_article(tx, ARTICLE)
    assert held is not None
    lead, path = served.staff(Role.LEAD).client, f"/v1/manuscripts/{held.id}"
    planned = lead.post(f"{path}/archive", json={"version": held.version, "override": "It leaked."})
    assert planned.status_code == 200, planned.text

    def receipt() -> dict[str, str] | None:
        (row,) = lead.get(f"{path}/publications").json()["publications"]
        return {each["name"]: each["detail"] for each in row["receipt"]["places"]} if row["state"] == "done" else None

    assert until(lambda: receipt() is not None, 120)
    return receipt() or {}


def _gone_after_the_receipt(served: Served, index: Path, take_out: TakeOut, amount: int) -> None:
    load, offers = Load(served, _kinds(served, index)), _offers(served)
    assert ARTICLE in offers()
    callers = [threading.Thread(target=load.run, args=(amount // THREADS,), daemon=True) for _ in range(THREADS)]
    for caller in callers:
        caller.start()
    assert until(lambda: all(load.before[kind] for kind in load.kinds), 60)
    receipt = take_out(served, index)
    load.gone.set()
    assert ARTICLE not in offers()
    for caller in callers:
        caller.join()
    print(f"{load.after.total()} requests after the receipt cited it {len(load.wrong)} times: {dict(load.after)}")
    assert load.wrong == []
    assert load.after.total() >= amount
    assert min(load.after[kind] for kind in load.kinds) > 0
    assert receipt["pinned answers"] == "1 removed"
    assert receipt["draft replies"] == "0 removed"
    assert "0 removed" not in (receipt["caches"], receipt["suggestions"])


@pytest.mark.parametrize("take_out", [by_terminal, by_console])
def test_an_article_taken_out_is_cited_by_no_request(scene: tuple[Served, Path], take_out: TakeOut) -> None:
    _gone_after_the_receipt(*scene, take_out, amount=60)


@pytest.mark.full
@pytest.mark.parametrize("take_out", [by_terminal, by_console])
@pytest.mark.timeout(900)
def test_it_is_cited_by_none_of_ten_thousand(scene: tuple[Served, Path], take_out: TakeOut) -> None:
    _gone_after_the_receipt(*scene, take_out, amount=10_000)
