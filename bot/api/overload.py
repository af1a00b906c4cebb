"""Owns turning requests away while too many wait for a thread: first those that make an answer, of one network before
those of all, then any other.

Refuses to queue or to order: anyio's limiter lets them in as they came. Stands outermost: a request that is turned away
has to cost next to nothing, as there may be several times more of them than can be answered.
"""

from __future__ import annotations

import json
import re
from collections import Counter as Tally
from http import HTTPStatus

from anyio import to_thread
from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.limits import network

BEFORE_AN_ANSWER = 32
"""Requests that may wait when one comes that searches: a second of work. Who asks for a person is still let in."""
OF_ONE_NETWORK = 32
"""Who has so many of them under way gets no more in while anybody waits, or a flood would take all the places."""
BEFORE_ANYTHING = 200
"""When any other comes: they take a tenth of the time."""
TRY_AGAIN_SECONDS = 3
ANSWERS = re.compile(r"/v1/(?:conversations/[^/]+/messages|search|suggest|inbound/[^/]+/messages)|/help/search")
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
"""What the operator's machines ask is asked most of all when there is too much to do."""

_TOLD = f"Very many people are asking at the moment. Try again in {TRY_AGAIN_SECONDS} s."
_BODY = json.dumps({"error": "overloaded", "detail": _TOLD}).encode()
_START = {
    "type": "http.response.start",
    "status": int(HTTPStatus.SERVICE_UNAVAILABLE),
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BODY)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(TRY_AGAIN_SECONDS).encode()),
    ],
}


class Overload:
    """ASGI wrapper. Without it all wait until all have waited in vain."""

    def __init__(self, app: ASGIApp, turned_away: Counter) -> None:
        self._app = app
        self._turned_away = turned_away
        self._under_way: Tally[str] = Tally()  # answers that are made or waited for, by network

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path in ALWAYS:
            await self._app(scope, receive, send)
        elif ANSWERS.fullmatch(path):
            await self._answer(scope, receive, send)
        elif _waiting() < BEFORE_ANYTHING:
            await self._app(scope, receive, send)
        else:
            await self._turn_away(send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        sender = network(scope["client"][0]) if scope.get("client") else ""
        waiting = max(_waiting(), self._under_way.total() - _threads())  # who came this moment asks for no thread yet
        if waiting >= BEFORE_AN_ANSWER or (waiting > 0 and self._under_way[sender] >= OF_ONE_NETWORK):
            await self._turn_away(send)
            return
        self._under_way[sender] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[sender] -= 1
            if not self._under_way[sender]:
                del self._under_way[sender]

    async def _turn_away(self, send: Send) -> None:
        self._turned_away.inc()
        await send(_START)
        await send({"type": "http.response.body", "body": _BODY})


def _waiting() -> int:
    return to_thread.current_default_thread_limiter().statistics().tasks_waiting


def _threads() -> float:
    return to_thread.current_default_thread_limiter().total_tokens
