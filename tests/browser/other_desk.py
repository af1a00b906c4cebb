"""Owns a help desk of another maker that shows the panel, across websites. Refuses to look into the panel's frame."""

from __future__ import annotations

from tests.browser.elsewhere import Elsewhere

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


class OtherDesk(Elsewhere):
    """`named` is the origin that the service knows, `foreign` another one of the same pages. Both are another website
    than the service, so that no cookie of it reaches the frame. The path is the frame's width."""

    @property
    def named(self) -> str:
        """The origin that the service knows."""
        return f"http://localhost:{self.port}"

    @property
    def foreign(self) -> str:
        """Another one."""
        return f"http://foreign.localhost:{self.port}"

    def page(self, path: str) -> str:
        """With the panel in a frame as wide as the path says."""
        return PAGE.format(service=self.service, width=path.strip("/") or "360")
