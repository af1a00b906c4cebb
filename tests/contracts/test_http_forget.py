"""After the receipt of an erasure, once the service has swapped, no request cites the article, whatever the load."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from kb_ingest import build as building
from kb_ingest.erase import Place, Removed
from tests.patience import until
from tests.served import Served, serving

ARTICLE = "plans-us"
QUESTION = "What does the Plus plan cost in the United States?"
"""The article is pinned to it."""
THREADS = 4



@dataclass
class Load:
    """Requests of every kind, again and again, from THREADS callers at once."""

    served: Served
    kinds: dict[str, Callable[[httpx2.Client], httpx2.Response]]
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    swapped: threading.Event = field(default_factory=threading.Event)

    def run(self, amount: int) -> None:
        """`amount` requests in this thread that began after the swap; those before it only prove that they cite."""
        client = self.served.client()
        done = 0
        while done < amount:
            for kind, ask in self.kinds.items():
                gone = self.swapped.is_set()
                answer = ask(client)
                cites = ARTICLE in answer.text and answer.status_code != 404
                if not gone:
                    self.before[kind] += cites
                    continue
                done += 1
                self.after[kind] += 1
                if cites or answer.status_code >= 500:
                    self.wrong.append(f"{kind}: {answer.status_code} {answer.text[:200]}")


@pytest.fixture
def scene(small_index: Path, tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    index = tmp_path / "index"
    shutil.copytree(small_index, index)
    with serving(index, tmp_path / "data") as served:
        yield served, index


def _kinds(served: Served) -> dict[str, Callable[[httpx2.Client], httpx2.Response]]:
    agent = served.staff().client

    def chat(client: httpx2.Client) -> httpx2.Response:
        opened = client.post("/v1/conversations", json={"region": "US"}).json()
        said = {"client_id": secrets.token_hex(8), "text": QUESTION}
        path = f"/v1/conversations/{opened['id']}/messages"
        return client.post(path, json=said, headers={"Authorization": f"Bearer {opened['token']}"})

    asked = {"context": [{"role": "customer", "text": QUESTION}]}
    return {
        "search": lambda client: client.post("/v1/search", json={"query": QUESTION, "k": 20}),
        "chat": chat,
        "suggestions": lambda _client: agent.post("/v1/suggest", json=asked),
        "page": lambda client: client.get(f"/help/a/{ARTICLE}"),
        "subject": lambda client: client.get("/help/c/billing"),
        "help search": lambda client: client.get("/help/search", params={"q": QUESTION}),
        "sitemap": lambda client: client.get("/help/sitemap.xml"),
        "article": lambda client: client.get(f"/v1/articles/{ARTICLE}"),
    }


def _offers(served: Served) -> Callable[[], str]:
    """What is offered beside a ticket that was opened before."""
    ticket = served.visitor(region="US").hand_off(QUESTION)["ticket"]["id"]
    agent = served.staff().client
    return lambda: agent.get(f"/v1/tickets/{ticket}/suggestions").text


def _forget_under_load(served: Served, index: Path, amount: int) -> None:
    load, offers = Load(served, _kinds(served)), _offers(served)
    assert ARTICLE in offers()
    callers = [threading.Thread(target=load.run, args=(amount // THREADS,), daemon=True) for _ in range(THREADS)]
    for caller in callers:
        caller.start()
    assert until(lambda: all(load.before[kind] for kind in load.kinds), 60)
    receipt = building.forget(index, ARTICLE)
    assert Removed(Place.PINNED, 1) in receipt.places
    ready = served.client()
    assert until(lambda: ready.get("/readyz").json()["generation"] == receipt.generation_after, 60)
    load.swapped.set()
    assert until(lambda: ARTICLE not in offers(), 60)
    for caller in callers:
        caller.join()
    print(f"{load.after.total()} requests after the swap cited it {len(load.wrong)} times: {dict(load.after)}")
    assert load.after.total() >= amount
    assert min(load.after[kind] for kind in load.kinds) > 0
    assert load.wrong == []


def test_a_forgotten_article_is_cited_by_no_request(scene: tuple[Served, Path]) -> None:
    _forget_under_load(*scene, amount=100)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_a_forgotten_article_is_cited_by_none_of_ten_thousand_requests(scene: tuple[Served, Path]) -> None:
    _forget_under_load(*scene, amount=10_000)
