"""`POST /v1/search` as a visitor's page and the bench use it."""

from __future__ import annotations

import httpx2

from tests.served import Served

SECONDS = 10


def test_visitors_search_while_the_database_is_busy(service: Served) -> None:
    """Their search asks it nothing, so it waits for nobody."""
    with (
        service.database.transaction(),
        httpx2.Client(base_url=service.url, trust_env=False, timeout=SECONDS) as client,
    ):
        found = client.post("/v1/search", json={"query": "How do I reset Hub 2?"})
    assert found.status_code == 200
    assert found.json()["passages"]
