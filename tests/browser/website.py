"""Owns a website that embeds the widget across origins under a strict policy. Refuses scripts of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A website</title></head>
<body><h1>A website</h1><p>Words.</p>{script}</body></html>"""


class Website:
    """`/` embeds the loader, `/bare` does not, `/fr` is French, `/left` has it on the left in yellow; `/de` and `/es`
    ask for the language in the loader's options."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.page(self.path).encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", site.policy)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.service = ""

    def __enter__(self) -> Website:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def embed(self, service: str) -> None:
        """From now on, embed the widget of this service."""
        self.service = service

    @property
    def policy(self) -> str:
        return f"default-src 'none'; script-src {self.service}; frame-src {self.service}; base-uri 'none'"

    def page(self, path: str) -> str:
        options = 'data-position="left" data-color="#ffd54f"' if path == "/left" else 'data-color="#7b1fa2"'
        options += f' data-lang="{path[1:]}"' if path in ("/de", "/es") else ""
        script = f'<script src="{self.service}/widget/loader.js" data-site="website" {options} async></script>'
        return PAGE.format(lang="fr" if path == "/fr" else "en", script="" if path == "/bare" else script)
