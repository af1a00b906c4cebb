"""The client of a language model's server: what is left unread is closed at once, never by the garbage collector."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from bot.answering.language_model import MAX_BYTES, _client

PIECE = b"x" * 1000


class _Endless(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"3e8\r\n" + PIECE + b"\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def endless() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endless)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def connections(client: httpx.Client) -> int:
    return len(client._transport._pool.connections)  # type: ignore[attr-defined]


def test_an_answer_left_unread_gives_its_connection_back_at_once(endless: str) -> None:
    with _client(5.0) as client:
        with client.stream("GET", endless) as response:
            held = response.iter_raw()
            assert next(held)
            assert connections(client) == 1
        assert connections(client) == 0, "left to the garbage collector, which can run while the pool is locked"


def test_an_endless_answer_is_cut_and_its_connection_closed(endless: str) -> None:
    with _client(20.0) as client:
        with pytest.raises(OverflowError), client.stream("GET", endless) as response:
            assert sum(len(piece) for piece in response.iter_raw()) <= MAX_BYTES
        assert connections(client) == 0
