"""Owns a website that embeds the widget across origins under a strict policy. Refuses scripts of its own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.browser.elsewhere import Elsewhere

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A website</title></head>
<body><h1>A website</h1><p>Words.</p>{script}</body></html>"""


class Website(Elsewhere):
    """`/` embeds the loader, `/bare` does not, `/fr` is French, `/left` has it on the left in yellow; `/de` and `/es`
    ask for the language in the loader's options."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> Mapping[str, str]:
        """A policy as strict as the widget bears, and isolation."""
        policy = f"default-src 'none'; script-src {self.service}; frame-src {self.service}; base-uri 'none'"
        return {"content-security-policy": policy, "cross-origin-embedder-policy": "require-corp"}

    def page(self, path: str) -> str:
        """As said above."""
        options = 'data-position="left" data-color="#ffd54f"' if path == "/left" else 'data-color="#7b1fa2"'
        options += f' data-lang="{path[1:]}"' if path in ("/de", "/es") else ""
        script = f'<script src="{self.service}/widget/loader.js" data-site="website" {options} async></script>'
        return PAGE.format(lang="fr" if path == "/fr" else "en", script="" if path == "/bare" else script)
