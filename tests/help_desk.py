"""A real HTTP receiver on loopback for the webhook tests: it remembers, and misbehaves on demand."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.integrations.webhook import Endpoint

SECRET = "whsec_" + "c2VjcmV0IG9mIGF0IGxlYXN0IDI0IGJ5dGVz"
HANG_SECONDS = 30


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    id: str
    timestamp: str
    signature: str
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def is_signed(self) -> bool:
        """True when the reference library gives the same signature for these bytes."""
        at = datetime.fromtimestamp(int(self.timestamp), UTC)
        return Webhook(SECRET).sign(self.id, at, self.body.decode()) == self.signature


# What to do with a request: an HTTP status, or a word below. `nth` counts the tries of one key from 1.
Answer = Callable[[Received, int], "int | str"]
HANG, DROP, DRIP, TAKE_AND_DROP = "hang", "drop", "drip", "take and drop"


class HelpDesk:
    """Use as a context manager; `answer` may be replaced at any time."""

    def __init__(self, answer: Answer = lambda _request, _nth: 200, pause: float = 0.0) -> None:
        self.answer = answer
        self.pause = pause
        self.retry_after = ""
        self.requests: list[Received] = []
        self.accepted: dict[str, Received] = {}
        self.tries: Counter[str] = Counter()
        self.stopped = threading.Event()
        self._guard = threading.Lock()
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                desk.handle(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> HelpDesk:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, SecretStr(SECRET))

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Remember the request, then answer as told."""
        length = int(request.headers["content-length"])
        body = request.rfile.read(length)
        if len(body) < length:  # the sender was killed between head and body: no request ever arrived
            request.close_connection = True
            return
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        received = Received(*(request.headers[name] for name in names), body)
        with self._guard:
            self.requests.append(received)
            self.tries[received.id] += 1
            nth = self.tries[received.id]
        time.sleep(self.pause)
        answer = self.answer(received, nth)
        if answer == TAKE_AND_DROP or (isinstance(answer, int) and 200 <= answer < 300):
            with self._guard:
                self.accepted.setdefault(received.id, received)
        self._reply(request, answer)

    def _reply(self, request: BaseHTTPRequestHandler, answer: int | str) -> None:
        if isinstance(answer, int):
            request.send_response(answer)
            if answer in (301, 302, 307):
                request.send_header("location", self.url + "/elsewhere")
            if self.retry_after:
                request.send_header("retry-after", self.retry_after)
            request.send_header("content-length", "0")
            request.end_headers()
        elif answer == DRIP:
            request.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.stopped.wait(0.05):
                request.connection.sendall(b"H")
        elif answer == HANG:
            self.stopped.wait(HANG_SECONDS)
        else:
            request.connection.shutdown(socket.SHUT_RDWR)
