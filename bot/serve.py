"""Owns running the service: socket, uvicorn, signals, end within a deadline. Refuses to build it."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.allocator import keep_few_heaps
from bot.app import create_app
from bot.errors import Unavailable
from bot.turn import Assistant

DRAIN_SECONDS = 10
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75
REQUEST_SECONDS = 120
"""In which a request has to be here whole: the largest file over half a megabit a second."""
_UNDER_WAY = frozenset({"IDLE", "SEND_BODY"})
"""What h11 calls a client that has not sent its request to the end."""


class DeskServer(uvicorn.Server):
    """uvicorn that says when it is ready and ends its event streams first: they would keep it from draining."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start everything, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close streams, let running requests end within DRAIN_SECONDS, stop the background threads."""
        app = self.config.app
        if isinstance(app, FastAPI):
            app.state.service.streams.close()
        await super().shutdown(sockets)


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP that ends a connection whose request is not whole in REQUEST_SECONDS: uvicorn waits for ever, and
    half requests would hold every file descriptor until a restart.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time of the first request begins."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """The time ends with the request's last byte; that of the next one begins with its first."""
        super().data_received(data)
        if str(self.conn.their_state) not in _UNDER_WAY:
            self._be_done()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._be_done()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _be_done(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def nobody_waits(_port: int) -> None:
    """For who does not need to be told."""


def serve(assemble: Callable[[], Assistant], host: str, port: int, ready: Callable[[int], None] = nobody_waits) -> None:
    """Serve until SIGTERM or Ctrl-C, then drain; `ready` is called with the port once requests are answered.

    Unavailable when the port is taken, before anything is loaded.
    """
    keep_few_heaps()
    signal.signal(signal.SIGTERM, _stop)
    with listen(host, port) as listening:
        assistant = assemble()
        try:
            begin(listening)
            server = server_for(create_app(assistant), lambda: _settled(ready, listening.getsockname()[1]))
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            # uvicorn has drained and raises Ctrl-C again for whoever waits for it; nobody does.
            return
        finally:
            assistant.database.close()


def server_for(app: FastAPI, ready: Callable[[], None] = lambda: None) -> DeskServer:
    """The server of one app; it logs through structlog and believes only the configured proxies."""
    proxies = app.state.service.assistant.settings.forwarded_allow_ips
    return DeskServer(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            backlog=BACKLOG,
            http=PatientProtocol,
            ws="none",
            lifespan="on",
        ),
        ready,
    )


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, whose port nobody else gets meanwhile; Unavailable, with what to do, when the port is taken or
    the address is not ours.
    """
    # Without the protocol's name asyncio leaves Nagle's delay on: each answer would wait 40 ms for its second packet.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Sharing an address lets a second program bind it before the first listens. It is asked for only where a service
    # that just ended would be in the way.
    for shared in (False, True):
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)
        try:
            bound.bind((host, port))
        except (OSError, OverflowError) as error:
            bound.close()
            if shared or getattr(error, "errno", None) != errno.EADDRINUSE:
                raise Unavailable(_why_not(host, port, error)) from error
        else:
            break
    return bound


def begin(bound: socket.socket) -> None:
    """Let connections queue up; Unavailable when another program listens there by now. From here on the address is
    shared: connections that end would keep the next start from it for a minute.
    """
    host, port = bound.getsockname()[:2]
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    try:
        bound.listen(BACKLOG)
    except OSError as error:
        raise Unavailable(_why_not(host, port, error)) from error


def page_line(name: str, host: str, port: int, path: str) -> str:
    """How an address is printed."""
    return f"  {name:<28} http://{host}:{port}{path}"


def _settled(ready: Callable[[int], None], port: int) -> None:
    """What was made so far stays: collections, off during the start of a service, need not look at it again."""
    gc.freeze()
    gc.enable()
    ready(port)


def _why_not(host: str, port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return f"Cannot listen on {host}:{port}: a port is 0 to 65535."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what runs there, or choose another with --port."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # uvicorn puts this handler back and raises the signal once more after it has drained.
    sys.exit(0)
