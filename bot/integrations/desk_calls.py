"""Owns the JSON calls of one delivery to a help desk, within one deadline. Refuses to know what they mean."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from bot.integrations import http_call
from bot.integrations.http_call import Reply, call
from bot.integrations.ticketing import Sent, Undelivered, sent_of
from bot.storage.record import decode

if TYPE_CHECKING:
    from bot.integrations.http_call import Client

T = TypeVar("T")
# What the desk says of this one event, whoever asks and whenever.
REFUSED = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True)
class Nothing:
    """An answer that nobody reads."""


class DeskCalls:
    """Ask for what is there and change it; Undelivered for whatever goes wrong."""

    def __init__(self, client: Client, root: str, headers: Mapping[str, str]) -> None:
        self._client = client
        self._root = root
        self._headers = {"content-type": "application/json", "accept": "application/json", **headers}
        self._ends = time.monotonic() + http_call.DEADLINE_SECONDS
        self._written = 0

    def get(self, kind: type[T], path: str) -> T:
        """Read something."""
        return self._read(kind, self._ask("GET", path, None, {}))

    def write(
        self,
        kind: type[T],
        method: str,
        path: str,
        body: Mapping[str, object],
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Change something."""
        reply = self._ask(method, path, json.dumps(body, ensure_ascii=False).encode(), headers or {})
        self._written += 1
        return self._read(kind, reply)

    def _ask(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Undelivered(self._late(Sent(None, "OutOfTime")))
        given = self._headers | dict(headers)
        reply = call(self._client, method, self._root + path, given, content, seconds=left, read=True)
        sent = sent_of(reply)
        if sent.delivered:
            return reply
        raise Undelivered(self._late(replace(sent, refused=reply.status in REFUSED)))

    def _late(self, sent: Sent) -> Sent:
        """Out of time with a part done is no failure: the rest follows at once. A desk that just hangs fails."""
        late = sent.status is None and time.monotonic() >= self._ends
        return replace(sent, unfinished=late and self._written > 0)

    def _read(self, kind: type[T], reply: Reply) -> T:
        if kind is Nothing:
            return kind()
        try:
            return decode(kind, reply.content.decode())
        except (ValidationError, UnicodeDecodeError) as error:
            raise Undelivered(Sent(None, "UnreadableAnswer")) from error
