"""Owns a website of somebody else on this machine, whose pages embed something of the service. Refuses to say what."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Elsewhere(ABC):
    """Serves `page` with `headers` on a free `port` while it is entered."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.page(self.path).encode()
                self.send_response(200)
                own = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
                for name, value in (own | dict(site.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.service = ""

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def embed(self, service: str) -> None:
        """From now on, embed what this service has."""
        self.service = service

    @property
    def headers(self) -> Mapping[str, str]:
        """Beside those of every page."""
        return {}

    @abstractmethod
    def page(self, path: str) -> str:
        """The HTML at this path."""
