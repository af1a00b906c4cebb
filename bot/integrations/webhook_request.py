"""Owns one signed POST of an event, after Standard Webhooks 1.0, and what came of it. Refuses to retry."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from standardwebhooks import Webhook

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 5.0
DEADLINE_SECONDS = 6.0
GONE = 410
OUTAGE = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Event:
    """An outbox row as the receiver gets it; `payload` is the stored JSON, `occurred_at` ISO UTC."""

    key: str
    topic: str
    payload: str
    occurred_at: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one try: the HTTP status, or None and the name of the error."""

    status: int | None
    error: str = ""

    @property
    def delivered(self) -> bool:
        """True for any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """True when the receiver asks never to be called again."""
        return self.status == GONE

    @property
    def outage(self) -> bool:
        """True when the receiver as a whole seems down, not this one event refused."""
        return self.status is None or self.status in OUTAGE

    @property
    def cause(self) -> str:
        """The error's name, or the status."""
        return self.error or f"HTTP {self.status}"


def body(event: Event) -> bytes:
    """The same bytes at every try: `{"data": …, "timestamp": …, "type": …}`."""
    content = {"type": event.topic, "timestamp": event.occurred_at, "data": json.loads(event.payload)}
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()


def headers(event: Event, content: bytes, secret: SecretStr, at: datetime) -> Mapping[str, str]:
    """Id (the outbox key, stable over retries), time and signature; ValueError for a malformed secret."""
    signature = Webhook(secret.get_secret_value()).sign(event.key, at, content.decode())
    return {
        "content-type": "application/json",
        "webhook-id": event.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def post(client: httpx2.Client, url: str, secret: SecretStr, at: datetime, event: Event) -> Sent:
    """Send `event` once; never raises for what the receiver or the network does."""
    import httpx2  # noqa: PLC0415 - slow, and only for desks with a receiver

    content = body(event)
    try:
        with (
            _deadline() as extensions,
            client.stream(
                "POST",
                url,
                content=content,
                headers=headers(event, content, secret, at),
                extensions=extensions,
            ) as response,
        ):
            return Sent(response.status_code)  # the body is the receiver's affair and is never read
    except (httpx2.TransportError, OSError) as error:
        return Sent(None, type(error).__name__)


def open_client() -> httpx2.Client:
    """No proxy from the environment, no redirects, no connection kept; every wait bounded."""
    import httpx2  # noqa: PLC0415

    return httpx2.Client(
        verify=_tls(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_keepalive_connections=0),
    )


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates, read once: that takes longer than most deliveries."""
    import httpx2  # noqa: PLC0415

    return httpx2.create_ssl_context(trust_env=False)


@contextmanager
def _deadline() -> Iterator[dict[str, Any]]:
    """Request extensions that cut the connection after DEADLINE_SECONDS: a timeout alone only bounds silence,
    and a receiver that sends a byte now and then would hold the delivery for ever."""
    sockets: list[socket.socket] = []

    def watch(step: str, info: Mapping[str, Any]) -> None:
        if step in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def cut() -> None:
        for opened in sockets:
            with suppress(OSError):  # closed meanwhile, or wrapped into the TLS socket that follows it
                opened.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(DEADLINE_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": watch}
    finally:
        timer.cancel()
