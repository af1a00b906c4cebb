"""Owns a rush of customers, of 250 networks: so many requests a second, whether the service keeps up or not, over bare
sockets that cost little beside it. Refuses to slow down with the service, as a loop of clients would."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections import Counter, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

QUESTIONS = (
    "How do I reset Hub 2?",
    "What does a purple light on Hub 2 mean?",
    "How long can I return things in the US?",
    "My hub is offline, what now?",
    "Which plan includes recordings?",
)
PATIENCE_SECONDS = 5.0
A_PERSON_EACH = 20
"""One customer of so many asks for a person at once."""
LOST = 0


@dataclass(frozen=True)
class Came:
    """What came back: status, LOST where nothing did in time; whether Retry-After did; seconds."""

    status: int
    body: bytes = b""
    retry_after: bool = False
    seconds: float = 0.0


@dataclass
class Rush:
    """Customers of one service; each message begins a conversation anew, so that all cost the same."""

    port: int
    unused: deque[tuple[str, str]] = field(default_factory=deque)
    opened: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0

    async def ask(
        self, path: str, body: object, token: str = "", patience: float = PATIENCE_SECONDS, address: str = ""
    ) -> Came:
        """One request on a connection of its own, from that address if a proxy is believed."""
        began = perf_counter()
        try:
            came = await asyncio.wait_for(self._exchange(path, json.dumps(body).encode(), token, address), patience)
        except (TimeoutError, OSError, EOFError):
            came = Came(LOST)
        return Came(came.status, came.body, came.retry_after, perf_counter() - began)

    async def _exchange(self, path: str, body: bytes, token: str, address: str) -> Came:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            lines = [f"POST {path} HTTP/1.1", "Host: desk", "Content-Type: application/json", "Connection: close"]
            lines += [f"Authorization: Bearer {token}"] if token else []
            lines += [f"X-Forwarded-For: {address}"] if address else []
            writer.write("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)
            head, end, rest = (await reader.read(-1)).partition(b"\r\n\r\n")
            if not end:
                raise EOFError
            return Came(int(head.split()[1]), rest, b"\r\nretry-after: " in head.lower())
        finally:
            writer.transport.abort()

    async def open(self, patience: float = PATIENCE_SECONDS, address: str = "") -> tuple[str, str] | None:
        """A conversation's path and token."""
        came = await self.ask("/v1/conversations", {}, patience=patience, address=address)
        if came.status != 201:
            return None
        body = json.loads(came.body)
        return f"/v1/conversations/{body['id']}", body["token"]

    async def prepare(self, conversations: int) -> None:
        """Have that many conversations that nothing was said in yet."""
        for _ in range(conversations // 10):
            found = await asyncio.gather(*(self.open(60) for _ in range(10)))
            self.opened += [each for each in found if each]
        self.unused.extend(self.opened)

    async def message(self, patience: float = PATIENCE_SECONDS) -> Came:
        """The next customer's question."""
        self.asked += 1
        path, token = talk = self.unused.popleft() if self.unused else random.choice(self.opened)
        body = {"client_id": secrets.token_hex(8), "text": QUESTIONS[self.asked % len(QUESTIONS)]}
        came = await self.ask(f"{path}/messages", body, token, patience, f"198.18.{self.asked % 250}.1")
        if came.status == 503:
            self.unused.append(talk)
        return came

    async def person(self) -> Came:
        """Somebody opens the chat and asks for a person at once."""
        talk = await self.open()
        return await self.ask(f"{talk[0]}/handoff", {}, talk[1]) if talk else Came(LOST)

    async def keep_busy(self, seconds: float, customers: int = 8) -> list[Came]:
        """As many as the service has threads, each asking as soon as it was answered: what it can do."""
        came: list[Came] = []
        until = perf_counter() + seconds

        async def one() -> None:
            while perf_counter() < until:
                came.append(await self.message(60))

        await asyncio.gather(*(one() for _ in range(customers)))
        return came

    async def recovered(self) -> float:
        """Seconds until a message is answered."""
        began = perf_counter()
        while (await self.message(120)).status != 201:
            await asyncio.sleep(0.1)
        return perf_counter() - began

    async def rush(self, rate: float, seconds: float) -> tuple[list[Came], list[Came], float]:
        """So many messages a second, and what came back for them and for those who want a person; seconds from the last
        of them until another was answered."""
        messages: list[asyncio.Task[Came]] = []
        people: list[asyncio.Task[Came]] = []
        began = perf_counter()
        while (passed := perf_counter() - began) < seconds:
            while len(messages) < passed * rate:
                messages.append(_begun(self.message()))
                if len(messages) % A_PERSON_EACH == 0:
                    people.append(_begun(self.person()))
            await asyncio.sleep(0.005)
        recovered = asyncio.create_task(self.recovered())
        return await asyncio.gather(*messages), await asyncio.gather(*people), await recovered


def statuses(came: list[Came]) -> Counter[int]:
    """How often each came."""
    return Counter(each.status for each in came)


def _begun(asked: Coroutine[Any, Any, Came]) -> asyncio.Task[Came]:
    return asyncio.create_task(asked)
