"""Owns a help desk's HTTP server on loopback: it checks each call against a contract and misbehaves on demand.

Refuses to know a system: tests/chatwoot_double.py and tests/zendesk_double.py do.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jsonschema import Draft202012Validator

HANG, DROP, TAKE_AND_DROP, EMPTY = "hang", "drop", "take and drop", "empty"
HANG_SECONDS = 30


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Route:
    """A call of the public API: its address, what it takes, what answers it."""

    method: str
    path: str
    answer: Callable[..., tuple[int, Any]]
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "null"})
    query: frozenset[str] = frozenset()


# What to do with a call: None to answer it, an HTTP status, or a word above.
Mood = Callable[[Call], "int | str | None"]


class DeskDouble:
    """Use as a context manager. `wrong` lists each call that the real system's contract does not allow."""

    def __init__(self, routes: tuple[Route, ...], mood: Mood = lambda _call: None, pause: float = 0.0) -> None:
        self.mood = mood
        self.pause = pause
        self.retry_after = "1"
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.guard = threading.RLock()
        self.stopped = threading.Event()
        self._routes = routes
        double = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                double.handle(self)

            do_POST = do_PUT = do_GET

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Check the call, then answer as the mood is."""
        length = int(request.headers.get("content-length") or 0)
        content = request.rfile.read(length)
        if len(content) < length:  # the sender was killed in the middle of it: no call ever arrived
            request.close_connection = True
            return
        call = _call(request, content)
        with self.guard:
            self.calls.append(call)
        time.sleep(self.pause)
        mood = self.mood(call)
        if mood == HANG:
            self.stopped.wait(HANG_SECONDS)
        elif mood == DROP:
            request.connection.shutdown(socket.SHUT_RDWR)
        elif mood == EMPTY:  # it has found nothing
            self._reply(request, 200, {"payload": []})
        elif isinstance(mood, int):
            self._reply(request, mood, {"error": "as told"})
        else:
            status, answer = self.take(call)
            if mood == TAKE_AND_DROP:
                request.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._reply(request, status, answer)

    def take(self, call: Call) -> tuple[int, Any]:
        """Do what the call asks; the contract's breach is remembered."""
        for route in self._routes:
            match = re.fullmatch(route.path, call.path)
            if match and route.method == call.method:
                problems = [error.message for error in Draft202012Validator(route.schema).iter_errors(call.body)]
                problems += [f"unknown parameter {name}" for name in call.query if name not in route.query]
                with self.guard:
                    self.wrong += [f"{call.method} {call.path}: {problem}" for problem in problems]
                    return route.answer(call, *match.groups()) if not problems else (400, {"error": problems})
        with self.guard:
            self.wrong.append(f"{call.method} {call.path}: no such address")
        return 404, {"error": "no such address"}

    def _reply(self, request: BaseHTTPRequestHandler, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(content)))
        if status in (429, 503):
            request.send_header("retry-after", self.retry_after)
        request.end_headers()
        request.wfile.write(content)


def _call(request: BaseHTTPRequestHandler, content: bytes) -> Call:
    parts = urlsplit(request.path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.command, unquote(parts.path), query, headers, json.loads(content) if content else None)
