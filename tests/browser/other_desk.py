"""Owns a help desk of another maker that shows the panel, across websites. Refuses to look into the panel's frame."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Another desk</title></head>
<body><h1>Ticket</h1>
<iframe title="Suggested replies" src="{service}/assist/panel" width="{width}" height="780"></iframe>
<iframe title="An advertisement" srcdoc="<p>Buy</p>" id="other"></iframe>
<script>
  window.heard = [];
  const panel = document.querySelector('iframe').contentWindow;
  addEventListener('message', (event) => event.source === panel && heard.push([event.origin, event.data]));
  window.tell = (message) => panel.postMessage(message, '*');
</script></body></html>"""


class OtherDesk:
    """`named` is the origin that the service knows, `foreign` another one of the same pages. Both are another website
    than the service, so that no cookie of it reaches the frame. The path is the frame's width."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.format(service=site.service, width=self.path.strip("/") or "360").encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.named = f"http://localhost:{self._server.server_port}"
        self.foreign = f"http://foreign.localhost:{self._server.server_port}"
        self.service = ""

    def __enter__(self) -> OtherDesk:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def embed(self, service: str) -> None:
        """From now on, show the panel of this service."""
        self.service = service
