"""Owns waiting in a test for what another thread or process does. Refuses to judge: the caller asserts what it gets."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TypeVar

import httpx2

Found = TypeVar("Found")


def until(found: Callable[[], Found], seconds: float = 20.0) -> Found:
    """What `found` gives, as soon as it is true or the time is over."""
    deadline = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return value


def until_live(client: httpx2.Client, generation: str | None) -> None:
    """Until the service answers from this generation, which it must."""
    assert until(lambda: client.get("/readyz").json()["generation"] == generation)


def until_heard(
    send: Callable[[], httpx2.Response], statuses: Collection[int], seconds: float, pause: float
) -> httpx2.Response:
    """The answer, which has one of these statuses; sent again while nobody listens, as clients do."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = send()
        except httpx2.TransportError:
            assert time.monotonic() < deadline
            time.sleep(pause)
            continue
        assert answer.status_code in statuses, answer.text
        return answer
