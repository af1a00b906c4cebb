"""Owns one HTTP call to another system: every wait bounded, no proxy, no redirect, to an address that was looked at.
Refuses to retry.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.integrations.public_address import address_of

if TYPE_CHECKING:
    import httpx2
    from httpx2 import Client as Client

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 5.0
# For everything that one delivery asks of a help desk.
DEADLINE_SECONDS = 6.0
PORTS = {"http": 80, "https": 443}
LONGEST_ANSWER = 4_000_000
LONGEST_PAUSE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the HTTP status, or None and the name of the error; `retry_after` in seconds where said."""

    status: int | None
    error: str = ""
    content: bytes = b""
    retry_after: float | None = None


def call(
    client: Client,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes | None = None,
    *,
    seconds: float | None = None,
    read: bool = False,
) -> Reply:
    """Ask once, within `seconds` (default DEADLINE_SECONDS); the body is read only where the caller wants it."""
    import httpx2  # noqa: PLC0415 - slow, and only for desks with a receiver

    try:
        with (
            _deadline(DEADLINE_SECONDS if seconds is None else seconds) as extensions,
            client.stream(method, url, content=content, headers=dict(headers), extensions=extensions) as response,
        ):
            body = _body(response) if read else b""
            return Reply(response.status_code, content=body, retry_after=_pause(response.headers.get("retry-after")))
    except _TooMuch:
        return Reply(None, "AnswerTooLong")
    except (httpx2.TransportError, httpx2.DecodingError, OSError) as error:
        return Reply(None, type(error).__name__)


def open_client() -> Client:
    """No proxy from the environment, no redirects, no connection kept; every wait bounded. Each request, and would be
    each hop, goes to the address that was looked at, under its own name."""
    import httpx2  # noqa: PLC0415

    return httpx2.Client(
        verify=_tls(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_keepalive_connections=0),
        event_hooks={"request": [_pin]},
    )


def _pin(request: httpx2.Request) -> None:
    """The name stays in the Host header and in what the certificate is checked against."""
    host = request.url.host
    address = address_of(host, request.url.port or PORTS[request.url.scheme])
    if address != host:
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}


class _TooMuch(OSError):
    """The answer does not end."""


def _body(response: httpx2.Response) -> bytes:
    read = bytearray()
    for piece in response.iter_bytes():
        read += piece
        if len(read) > LONGEST_ANSWER:
            raise _TooMuch
    return bytes(read)


def _pause(value: str | None) -> float | None:
    """Seconds of a Retry-After; a date, which neither help desk sends, is left to our own schedule."""
    if value is None or not value.strip().isdecimal():
        return None
    return min(float(value), LONGEST_PAUSE_SECONDS)


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates, read once: that takes longer than most deliveries."""
    import httpx2  # noqa: PLC0415

    return httpx2.create_ssl_context(trust_env=False)


@contextmanager
def _deadline(seconds: float) -> Iterator[dict[str, Any]]:
    """Request extensions that cut the connection after `seconds`: a timeout alone only bounds silence, and a receiver
    that sends a byte now and then would hold the delivery for ever."""
    sockets: list[socket.socket] = []

    def watch(step: str, info: Mapping[str, Any]) -> None:
        if step in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def cut() -> None:
        for opened in sockets:
            with suppress(OSError):  # closed meanwhile, or wrapped into the TLS socket that follows it
                opened.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": watch}
    finally:
        timer.cancel()
