"""Rate limits over HTTP: 429 with Retry-After, and who is not affected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import PASSWORD, Served, serving


@pytest.fixture(scope="module")
def strict(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with small limits, behind a proxy that this machine is."""
    with serving(
        small_index,
        tmp_path_factory.mktemp("strict"),
        visitor_messages_per_minute=5,
        ip_requests_per_minute=40,
        site_messages_per_minute=8,
        forwarded_allow_ips="127.0.0.1",
        sign_ins_per_minute=12,
    ) as served:
        yield served


def test_the_sixth_message_in_a_minute_is_refused_with_a_time_to_come_back(strict: Served) -> None:
    visitor = strict.visitor(site="one")
    answers = [visitor.say("thanks", f"m{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    refused = answers[-1]
    assert refused.json()["error"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] in refused.json()["detail"]
    assert len([each for each in visitor.read()["messages"] if each["role"] == "customer"]) == 5
    assert strict.visitor(site="one").say("thanks").status_code == 201


def test_a_busy_website_does_not_close_another(strict: Served) -> None:
    busy = [strict.visitor(site="busy") for _ in range(9)]
    answers = Counter(visitor.say("thanks").status_code for visitor in busy)
    assert answers == {201: 8, 429: 1}
    assert strict.visitor(site="quiet").say("thanks").status_code == 201


def test_one_address_that_floods_is_refused_others_are_not(strict: Served) -> None:
    flooder = strict.client(**{"X-Forwarded-For": "203.0.113.50"})
    answers = Counter(flooder.post("/v1/search", json={"query": "hub"}).status_code for _ in range(60))
    assert answers == {200: 40, 429: 20}
    assert flooder.get("/healthz").status_code == 200, "an operator's probes are not counted"
    other = strict.client(**{"X-Forwarded-For": "203.0.113.51"})
    assert other.post("/v1/search", json={"query": "hub"}).status_code == 200


def test_a_forged_forwarded_address_is_believed_from_the_proxy_only(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path, ip_requests_per_minute=5) as served:
        answers = Counter(
            served.client(**{"X-Forwarded-For": f"203.0.113.{number}"})
            .post("/v1/search", json={"query": "hub"})
            .status_code
            for number in range(10)
        )
    assert answers == {200: 5, 429: 5}


def test_passwords_cannot_be_tried_without_end(strict: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # The minute stands still: on a busy machine it slid on between the tries, and one more was let in.
    for window in (strict.app.state.service.limits._account, strict.app.state.service.limits._network):
        monkeypatch.setattr(window, "_clock", lambda: 30.0)
    client = strict.client(**{"X-Forwarded-For": "203.0.113.60"})
    answers = [
        client.post("/v1/session", json={"email": "victim@example.com", "password": PASSWORD + str(number)})
        for number in range(14)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 4
    elsewhere = strict.client(**{"X-Forwarded-For": "203.0.113.61"})
    refused = elsewhere.post("/v1/session", json={"email": "VICTIM@example.com", "password": PASSWORD})
    assert refused.status_code == 429
