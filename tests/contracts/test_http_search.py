"""`POST /v1/search` as a visitor's page and the bench use it."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2

from bot.app import THREADS
from tests.loopback import NO_TLS
from tests.served import Served

SECONDS = 10


def test_visitors_search_while_the_database_is_busy(service: Served) -> None:
    """Their search asks it nothing, so it waits for nobody."""
    with (
        service.database.transaction(),
        httpx2.Client(base_url=service.url, verify=NO_TLS, trust_env=False, timeout=SECONDS) as client,
    ):
        found = client.post("/v1/search", json={"query": "How do I reset Hub 2?"})
    assert found.status_code == 200
    assert found.json()["passages"]


def test_a_question_of_spaces_alone_is_refused(service: Served) -> None:
    refused = service.client().post("/v1/search", json={"query": " \n\u3000"})
    assert (refused.status_code, refused.json()["detail"]) == (400, "`query` is empty.")


def test_many_requests_at_once_share_few_threads(service: Served) -> None:
    """More would only take the interpreter from each other."""

    def ask(number: int) -> int:
        with service.client() as client:
            return client.post("/v1/search", json={"query": f"Question {number} about the hub"}).status_code

    with ThreadPoolExecutor(4 * THREADS) as pool:
        answers = set(pool.map(ask, range(8 * THREADS)))
    # Other tests' services run in this process, too: each has a loop, and threads, of its own.
    threads = [thread for thread in threading.enumerate() if "AnyIO worker" in thread.name]
    most = max(Counter(getattr(thread, "loop") for thread in threads).values())  # noqa: B009
    assert answers == {200}
    assert 2 <= most <= THREADS
