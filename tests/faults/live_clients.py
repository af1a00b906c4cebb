"""Owns a client of the event stream that is cut off again and again, over a bare socket. Refuses any library that would
reconnect, buffer or repair by itself."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

WAIT_SECONDS = 0.25
SILENCE_SECONDS = 30.0
MEAN_BYTES = 6_000
LONGEST_LIFE_SECONDS = 2.0


class Cut(Exception):
    """The client cut its own connection."""


@dataclass
class View:
    """What somebody knows of one conversation: a fetched state, brought up to date by events alone.

    `version` is the ticket's, which the desk alone is shown.
    """

    state: str
    messages: dict[int, Any]
    ticket: dict[str, Any] | None
    read: dict[str, Any]
    tags: set[str] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)
    version: int | None = None

    def hear(self, kind: str, data: dict[str, Any]) -> None:
        """What the event says is so from now on."""
        told = {name: value for name, value in data.items() if name != "conversation_id"}
        match kind:
            case "message":
                self.messages[data["id"]] = data
            case "state":
                self.state = told["state"]
            case "ticket" if "told" in told:
                self.ticket = {name: told[name] for name in ("id", "status", "language", "told", "first_response_due")}
                self.version = None if self.version is None else told["version"]
            case "read":
                self.read[told["reader"]] = told
            case "note":
                self.notes.append((told["author"], told["text"]))
                self.version = told["version"]
            case "work":
                self._work(told)

    def _work(self, told: dict[str, Any]) -> None:
        self.version = told["version"]
        match told["work"]:
            case "tagged":
                self.tags.add(told["detail"])
            case "untagged":
                self.tags.discard(told["detail"])


@dataclass
class LiveClient:
    """Follows one stream until it is told to stop; `seen` has the id of every event, in the order they came.

    `ignores_ids`: comes back without saying where it was, as a client that does not know `Last-Event-ID`.
    """

    port: int
    path: str
    headers: dict[str, str]
    views: dict[str, View]
    start: int
    rng: random.Random
    cuts_left: int
    ignores_ids: bool = False
    seen: list[int] = field(default_factory=list)
    cuts: int = 0
    lost_connections: int = 0

    @property
    def reached(self) -> int:
        """The newest event it knows of."""
        return self.seen[-1] if self.seen else self.start

    async def follow(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                async for kind, identifier, data in self._events():
                    if identifier is not None:
                        self._hear(kind, identifier, data)
            except Cut:
                self.cuts += 1
            except (OSError, EOFError, TimeoutError):
                self.lost_connections += 1
                await asyncio.sleep(self.rng.uniform(0, WAIT_SECONDS))

    def _hear(self, kind: str, identifier: int, data: dict[str, Any]) -> None:
        self.seen.append(identifier)
        view = self.views.get(data["conversation_id"])
        if view is not None:
            view.hear(kind, data)

    async def _events(self) -> AsyncIterator[tuple[str, int | None, dict[str, Any]]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._request())
            await writer.drain()
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SILENCE_SECONDS)
            if b" 200 " not in head.splitlines()[0]:
                raise EOFError(head.decode())
            async for event in _frames(self._body(reader)):
                yield event
        finally:
            writer.transport.abort()

    def _request(self) -> bytes:
        start = {} if self.ignores_ids else {"Last-Event-ID": str(self.reached)}
        lines = [f"{name}: {value}" for name, value in ({"Host": "127.0.0.1"} | self.headers | start).items()]
        return "\r\n".join([f"GET {self.path} HTTP/1.1", *lines, "", ""]).encode()

    async def _body(self, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        """The bytes of the body; while cuts are left, the connection ends at any byte, also inside an event."""
        left = int(self.rng.expovariate(1 / MEAN_BYTES)) if self.cuts_left else None
        end = asyncio.get_running_loop().time() + self.rng.uniform(0, LONGEST_LIFE_SECONDS)
        while True:
            size = int(await self._patiently(reader.readline(), left, end), 16)
            if not size:
                return
            chunk = (await self._patiently(reader.readexactly(size + 2), left, end))[:-2]
            if left is not None and len(chunk) >= left:
                yield chunk[:left]
                self._cut()
            left = left - len(chunk) if left is not None else None
            yield chunk

    async def _patiently(self, read: Any, left: int | None, end: float) -> bytes:
        if left is None:
            return _all(await asyncio.wait_for(read, SILENCE_SECONDS))
        try:
            return _all(await asyncio.wait_for(read, max(0.01, end - asyncio.get_running_loop().time())))
        except TimeoutError:
            self._cut()
            raise

    def _cut(self) -> None:
        self.cuts_left -= 1
        raise Cut


def _all(read: bytes) -> bytes:
    if not read:
        raise EOFError
    return read


async def _frames(body: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, int | None, dict[str, Any]]]:
    """Whole events; what an interrupted connection left of one is thrown away."""
    rest = b""
    async for chunk in body:
        *whole, rest = (rest + chunk).replace(b"\r\n", b"\n").split(b"\n\n")
        for frame in whole:
            fields = dict(line.split(b": ", 1) for line in frame.split(b"\n") if line and not line.startswith(b":"))
            if b"data" in fields:
                identifier = int(fields[b"id"]) if b"id" in fields else None
                yield fields[b"event"].decode(), identifier, json.loads(fields[b"data"])
